package io.sandboximage.examples.docker;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.examples.cli.BuildJob;
import io.sandboximage.examples.cli.BuildProgress;
import io.sandboximage.examples.cli.Terminal;
import io.sandboximage.progress.ProgressRenderer;
import java.util.Map;
import java.util.Optional;

/** {@code docker build}: one solve, and the image goes into the engine. */
final class BuildRun implements Attempt.Work {
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    private final Terminal terminal;
    private final BuildWords words;

    BuildRun(Terminal terminal, BuildWords words) {
        this.terminal = terminal;
        this.words = words;
    }

    @Override
    public int with(BuildKitAddress address, DockerEngine engine, WatchedInput in) {
        Map<String, String> environment = terminal.environment();
        String epoch = environment.getOrDefault(EPOCH, "");
        if (!epoch.isEmpty() && !words.flags().hasBuildArg(EPOCH)) {
            words.flags().set("build-arg", EPOCH + "=" + epoch); // buildx does so.
        }
        BuildJob.Order order = new BuildJob.Order(
                words.context(),
                words.file(),
                words.flags(),
                words.target().outputs(words.flags().tags(), terminal.out()),
                words.target().image(),
                Attempt.credentials(environment),
                environment);
        try (BuildJob job = BuildJob.prepare(order, address, () -> engine, in);
                BuildKitClient client = BuildKitClient.connect(address)) {
            BuildJob.Outcome outcome;
            try (ProgressRenderer renderer =
                    BuildProgress.open(ProgressChoice.of(words.progress(), words.quiet(), environment), terminal)) {
                outcome = job.run(client, renderer);
            }
            outcome.write(Optional.empty(), words.idFile());
            if (words.quiet()) {
                outcome.id().ifPresent(terminal.out()::println);
            }
            terminal.out().flush();
            return Attempt.DONE;
        }
    }
}
