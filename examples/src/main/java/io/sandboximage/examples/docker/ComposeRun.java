package io.sandboximage.examples.docker;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.compose.ComposeBuilder;
import io.sandboximage.compose.ComposeDecision;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.examples.cli.BuildProgress;
import io.sandboximage.examples.cli.Terminal;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;

/** {@code docker compose build}, where the SDK understands all of the project. */
final class ComposeRun implements Attempt.Work {
    private final Terminal terminal;
    private final ComposeDecision.Build decision;

    ComposeRun(Terminal terminal, ComposeDecision.Build decision) {
        this.terminal = terminal;
        this.decision = decision;
    }

    @Override
    public int with(BuildKitAddress address, DockerEngine engine, WatchedInput in) {
        terminal.errors().print(decision.messages());
        DockerLoader.into(engine).lookAhead();
        try (ProgressRenderer renderer = BuildProgress.open(
                        ProgressChoice.of(decision.progress(), decision.quiet(), terminal.environment()), terminal);
                BuildKitBuilder builder =
                        BuildKitBuilder.at(address).credentials(Attempt.credentials(terminal.environment()));
                ProgressTask task = ProgressTask.root(renderer, "compose build")) {
            ComposeBuilder.of(builder, engine).build(decision, task);
            task.done();
        }
        return Attempt.DONE;
    }
}
