package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.compose.ComposeBuilder;
import io.sandboximage.compose.ComposeCommand;
import io.sandboximage.compose.ComposeDecision;
import io.sandboximage.compose.ComposeImage;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "compose",
        description = "Builds the images of a compose project in parallel and loads them by what the engine lacks;"
                + " whatever else the words say, docker compose does.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ComposeCliCommand extends ReportingCommand {
    private final Terminal terminal;

    @Parameters(paramLabel = "WORD", arity = "1..*", description = "As for docker compose: build [SERVICE...], ...")
    private List<String> words = new ArrayList<>();

    ComposeCliCommand(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    /** Compose's words are not ours to understand: from the first that is not, all are taken as they are. */
    static CommandLine line(Terminal terminal) {
        return new CommandLine(new ComposeCliCommand(terminal))
                .setStopAtPositional(true)
                .setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    ProgressRenderer open(ProgressMode mode) {
        return BuildProgress.open(ComposeWords.of(words).progress().orElse(mode), terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        Instant start = Instant.now();
        ComposeWords given = ComposeWords.of(words);
        ComposeCommand command =
                ComposeCommand.of(given.forCompose(progress()), Path.of("").toAbsolutePath(), terminal.environment());
        ComposeDecision decision = command.decide();
        if (decision instanceof ComposeDecision.Delegate delegate) {
            return delegated(command, delegate.reason(), start);
        }
        ComposeDecision.Build build = (ComposeDecision.Build) decision;
        BuildKitAddress address = BuilderChoice.of(Optional.empty());
        if (BuilderChoice.isEngine(address)) {
            try {
                return delegated(command, "the engine builds itself, so there is nothing to load", start);
            } catch (NotFoundException e) {
                // Without compose we build there all the same.
            }
        }
        terminal.errors().print(build.messages());
        try (DockerEngine engine = DockerEngine.local();
                BuildKitBuilder builder =
                        BuildKitBuilder.at(address).credentials(CredentialProvider.fromEnvironment());
                ProgressTask task = ProgressTask.root(renderer, "compose build")) {
            List<ComposeImage> images = ComposeBuilder.of(builder, engine).build(build, task);
            task.done();
            return report(address, images, Duration.between(start, Instant.now()));
        }
    }

    private Report delegated(ComposeCommand command, String reason, Instant start) {
        // With --json standard output is for our object.
        int exitCode = json() ? command.delegate(terminal.errors()) : command.delegate();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("delegated", true);
        json.put("reason", reason);
        json.put("exitCode", exitCode);
        json.put("tookMillis", Duration.between(start, Instant.now()).toMillis());
        return new Report(json, () -> "", exitCode);
    }

    private Report report(BuildKitAddress address, List<ComposeImage> images, Duration took) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("delegated", false);
        json.put("builder", address.toString());
        json.put("images", images.stream().map(ComposeCliCommand::json).toList());
        json.put("tookMillis", took.toMillis());
        return new Report(
                json,
                () -> quiet()
                        ? ""
                        : images.stream().map(ComposeCliCommand::line).collect(Collectors.joining()));
    }

    private boolean quiet() {
        return ComposeWords.of(words).progress().orElse(progress()) == ProgressMode.quiet;
    }

    private static Map<String, Object> json(ComposeImage image) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("target", image.target());
        json.put("tags", image.tags());
        json.put("imageId", image.load().id().toString());
        json.put("digest", image.digest().toString());
        json.put("strategy", image.load().strategy().toString());
        json.put("reason", image.load().reason());
        json.put("layersSent", image.load().layersSent());
        json.put("bytesSent", image.load().bytesSent());
        json.put("loadMillis", image.load().timings().total().toMillis());
        return json;
    }

    private static String line(ComposeImage image) {
        return String.join(", ", image.tags()) + "  Built  " + image.load().id() + " ("
                + image.load().strategy() + ": " + image.load().reason() + ")\n";
    }

    @Override
    boolean json() {
        return super.json() || ComposeWords.of(words).json();
    }

    @Override
    boolean debug() {
        return super.debug() || ComposeWords.of(words).debug();
    }
}
