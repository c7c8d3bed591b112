package io.sandboximage.examples.docker;

import io.sandboximage.compose.ComposeCommand;
import io.sandboximage.compose.ComposeDecision;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.examples.cli.Cancellation;
import io.sandboximage.examples.cli.ClassList;
import io.sandboximage.examples.cli.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs one command line of {@code docker}; {@code examples/bin/docker} has seen to it that it is one of those that may be ours. */
public final class DockerWrapper {
    private final Terminal terminal;
    private final RealDocker docker;

    private DockerWrapper(Terminal terminal, RealDocker docker) {
        this.terminal = terminal;
        this.docker = docker;
    }

    public static void main(String[] args) {
        Cancellation cancellation = Cancellation.onSignal();
        List<String> words = List.of(args);
        RealDocker docker = RealDocker.ofProcess(words);
        Terminal terminal = Terminal.ofProcess();
        int code = DockerWords.parse(words, terminal.environment())
                .map(line -> new DockerWrapper(terminal.with(line.environment()), docker).run(line))
                .orElseGet(docker::run);
        ClassList.finish(code == Attempt.DONE && !docker.ran());
        cancellation.finish(code);
    }

    private int run(DockerWords words) {
        if (DockerConfig.hasProxies(words.environment())) {
            return docker.run();
        }
        return switch (words.command()) {
            case BUILD -> build(words.rest());
            case COMPOSE -> compose(words.rest());
        };
    }

    private int build(List<String> words) {
        Optional<BuildWords> build = BuildWords.parse(words);
        return build.isPresent()
                ? new Attempt(terminal, docker).run(new BuildRun(terminal, build.get()))
                : docker.run();
    }

    private int compose(List<String> words) {
        List<String> program = new ArrayList<>(docker.program());
        program.add("compose");
        ComposeDecision decision;
        try {
            decision = ComposeCommand.of(words, Path.of(""), terminal.environment())
                    .program(program)
                    .decide();
        } catch (SandboxImageException e) {
            return docker.run(); // Whatever it is, compose itself tells it best.
        }
        return decision instanceof ComposeDecision.Build build
                ? new Attempt(terminal, docker).run(new ComposeRun(terminal, build))
                : docker.run();
    }
}
