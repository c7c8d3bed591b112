package io.sandboximage.examples.docker;

import io.sandboximage.buildkit.BuildHistoryQuery;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A builder, a separate engine, and the wrapper between them; docker itself beside it, which builds in the engine. */
final class WrappedDocker implements AutoCloseable {
    private static final Path WRAPPER =
            Path.of("..", "examples", "bin", "docker").toAbsolutePath().normalize();

    final BuildKitProcess builder;
    final DockerProcess engine;
    private final Path temporary;

    WrappedDocker(Path folder, DockerProcess.Kind kind) throws IOException {
        this.temporary = Files.createDirectories(folder.resolve("tmp"));
        this.builder = BuildKitProcess.start(Files.createDirectories(folder.resolve("buildkit")));
        this.engine = DockerProcess.start(kind, Files.createDirectories(folder.resolve("engine")));
    }

    /** The wrapper's command line. */
    Command wrapper(Object... words) {
        return environment(Command.of("sh", WRAPPER).with(words))
                .env("SANDBOX_IMAGE_BUILDER", builder.address())
                .env("SANDBOX_IMAGE_DOCKER", Engine.DOCKER_CLI.path().toString())
                .env("SANDBOX_IMAGE_CLASS_PATH", classPath())
                .env("SANDBOX_IMAGE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary)
                .env("JAVA_HOME", System.getProperty("java.home"));
    }

    /** Docker's own. */
    Command docker(Object... words) {
        return environment(engine.docker(words));
    }

    private Command environment(Command command) {
        return command.env("DOCKER_HOST", engine.address())
                .env("DOCKER_CONFIG", engine.configuration().toString())
                .env("DOCKER_BUILDKIT", "1")
                .env("BUILDX_BUILDER", "")
                // The same build has the same ID then, whoever made it.
                .env("SOURCE_DATE_EPOCH", "1700000000");
    }

    /** ID of what a name stands for in the engine; empty for nothing. */
    String id(String name) {
        return engine.docker("image", "ls", "--no-trunc", "--quiet", "--filter", "reference=" + name)
                .run()
                .orFail()
                .output()
                .strip();
    }

    /** All of the engine's, as "ID name:tag". */
    List<String> images() {
        return list("--format", "{{.ID}} {{.Repository}}:{{.Tag}}");
    }

    /** Removes all of the engine's. */
    void clean() {
        List<String> ids = list("--quiet");
        if (!ids.isEmpty()) {
            engine.docker("image", "rm", "--force").with(ids.toArray()).run().orFail();
        }
    }

    private List<String> list(Object... how) {
        return engine.docker("image", "ls", "--no-trunc")
                .with(how)
                .run()
                .orFail()
                .output()
                .lines()
                .distinct()
                .sorted()
                .toList();
    }

    /** How many builds the builder has run. */
    int solves() {
        try (BuildKitClient client = BuildKitClient.connect(BuildKitAddress.parse(builder.address()))) {
            return client.history().list(BuildHistoryQuery.all()).size();
        }
    }

    /** Where the wrapper's JVM puts temporary files. */
    Path temporary() {
        return temporary;
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    @Override
    public void close() {
        engine.close();
        builder.close();
    }
}
