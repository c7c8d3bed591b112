package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code RUN --mount=type=secret}: from everywhere, too large, not there, and shown nowhere. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class SecretsIT {
    private static final int LARGEST = 500 * 1024;
    private static final String SECRET = "kept-to-ourselves-4711";
    private static final String MOUNT = "RUN --mount=type=secret,id=token,required=true ";

    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

    private BuildContext context;
    private final List<ProgressEvent> events = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        buildkitd = BuildKitProcess.start(state);
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
    }

    @AfterAll
    static void stop() {
        client.close();
        buildkitd.close();
    }

    @BeforeEach
    void makeContext() throws IOException {
        context = new BuildContext(Files.createDirectory(folder.resolve("context"))).busybox();
    }

    @Test
    void secretsComeFromFilesVariablesAndCallbacks() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), SECRET);
        String steps = "RUN --mount=type=secret,id=f --mount=type=secret,id=e --mount=type=secret,id=c"
                + " wc -c /run/secrets/f | cut -d' ' -f1 > /f && test -s /run/secrets/e"
                + " && wc -c /run/secrets/c | cut -d' ' -f1 > /c\n";

        Path out = build(steps, build -> build.secret("f", SecretSource.file(file))
                .secret("e", SecretSource.environment("PATH"))
                .secret("c", () -> new byte[7]));

        assertThat(out.resolve("f")).hasContent(Integer.toString(SECRET.length()));
        assertThat(out.resolve("c")).hasContent("7");
    }

    @Test
    void largestSecretIsTakenAndOneByteMoreIsRefused() throws IOException {
        String steps = MOUNT + "wc -c < /run/secrets/token > /size\n";

        Path out = build(steps, build -> build.secret("token", SecretSource.of(new byte[LARGEST])));

        assertThat(out.resolve("size")).hasContent(Integer.toString(LARGEST));
        assertThatThrownBy(() -> build(steps + "RUN true\n", build -> build.noCache()
                        .secret("token", SecretSource.of(new byte[LARGEST + 1]))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("\"token\"")
                .hasMessageContaining(Integer.toString(LARGEST));
    }

    @Test
    void secretThatWasNotGivenIsNamed() {
        assertThatThrownBy(() -> build(MOUNT + "true\n", build -> build))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("token");
    }

    @Test
    void sourceThatFailsIsTheErrorOfTheBuild() {
        assertThatThrownBy(() -> build(
                        MOUNT + "true\n", build -> build.secret("token", SecretSource.file(folder.resolve("none")))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> build(
                        MOUNT + "true\n",
                        build -> build.secret("token", SecretSource.environment("NO_SUCH_VARIABLE_HERE"))))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("NO_SUCH_VARIABLE_HERE");
    }

    @Test
    void secretIsInNoMessageNorEventNorLog() {
        Throwable failure = catchThrowable(() -> build(
                MOUNT + "test -s /run/secrets/token && exit 3\n",
                build -> build.secret("token", SecretSource.of(SECRET.getBytes(StandardCharsets.UTF_8)))));

        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(failure).isInstanceOf(BuildFailedException.class);
        assertThat(trace.toString()).doesNotContain(SECRET);
        assertThat(events.toString()).doesNotContain(SECRET);
        assertThat(buildkitd.daemon().log()).doesNotContain(SECRET);
    }

    private interface Options {
        DockerfileBuild on(DockerfileBuild build);
    }

    private Path build(String steps, Options options) throws IOException {
        context.dockerfile(BuildContext.BUSYBOX_STAGE + steps);
        Path out = folder.resolve("out");
        client.solve(
                options.on(DockerfileBuild.of(context.folder()).export(BuildExport.directory(out)))
                        .toRequest(),
                ProgressTask.root(events::add, "build"));
        return out;
    }
}
