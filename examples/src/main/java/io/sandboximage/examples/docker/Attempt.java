package io.sandboximage.examples.docker;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.examples.cli.BuilderChoice;
import io.sandboximage.examples.cli.Terminal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Tries a build with the builder of the environment. What is wrong before a step of a Dockerfile has failed goes to docker itself,
 * unless standard input is used up: then docker's own message says what is wrong, or docker can do it.
 */
final class Attempt {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int CANCELLED = 130;

    private final Terminal terminal;
    private final RealDocker docker;

    Attempt(Terminal terminal, RealDocker docker) {
        this.terminal = terminal;
        this.docker = docker;
    }

    /** What is tried. */
    @FunctionalInterface
    interface Work {
        /** @return the exit code */
        int with(BuildKitAddress address, DockerEngine engine, WatchedInput in);
    }

    int run(Work work) {
        WatchedInput in = new WatchedInput(terminal.in());
        Optional<DockerEngine> engine = Optional.empty();
        try {
            BuildKitAddress address = BuilderAddress.of(terminal.environment());
            if (BuilderChoice.isEngine(address)) {
                return docker.run();
            }
            if (BuilderAddress.isPlainText(terminal.environment())) {
                NoTls.install();
            }
            engine = Optional.of(DockerEngine.at(DockerHost.discover(surroundings(terminal.environment()))));
            return work.with(address, engine.get(), in);
        } catch (CancelledException e) {
            terminal.errors().println("ERROR: failed to build: failed to solve: Canceled: context canceled");
            return CANCELLED;
        } catch (SandboxImageException e) {
            Failure failure = new Failure(e);
            if (in.touched() || failure.isTheBuilds(engine)) {
                failure.print(terminal.errors());
                return FAILED;
            }
            terminal.errors().println("sandbox-image: " + failure.firstLine() + "; docker itself builds");
            return docker.run();
        } catch (RuntimeException | LinkageError e) {
            terminal.errors().println("sandbox-image: unexpected " + e);
            return in.touched() ? FAILED : docker.run();
        }
    }

    static CredentialProvider credentials(Map<String, String> environment) {
        return CredentialProvider.fromEnvironment(environment, home());
    }

    static DockerEnvironment surroundings(Map<String, String> environment) {
        return new DockerEnvironment(environment, home(), Path.of("/"));
    }

    private static Path home() {
        return Path.of(System.getProperty("user.home", "/"));
    }
}
