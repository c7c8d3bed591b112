package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.StorageException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts and Dockerfiles that are streams and text instead of directories. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC})
class StreamContextIT {
    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

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

    @ParameterizedTest
    @ValueSource(strings = {"--no-auto-compress", "--gzip", "--bzip2"})
    void tarIsAContextWithItsOwnDockerfile(String compression) throws IOException {
        Path tar = tar("FROM scratch\nCOPY a.txt sub /\n", compression);

        build(DockerfileBuild.ofTar(() -> open(tar)));

        assertThat(folder.resolve("out/a.txt")).hasContent("one");
        assertThat(folder.resolve("out/b.txt")).hasContent("two");
    }

    @Test
    void tarOfMoreThanOneMessageComesWhole() throws IOException {
        byte[] large = new byte[9_000_001];
        large[9_000_000] = 7;
        Files.createDirectories(folder.resolve("tar"));
        Files.write(folder.resolve("tar/large"), large);
        Path tar = tar("FROM scratch\nCOPY large /\n", "--no-auto-compress");

        build(DockerfileBuild.ofTar(() -> open(tar)));

        assertThat(folder.resolve("out/large")).hasBinaryContent(large);
    }

    @Test
    void tarTakesAnotherDockerfile() throws IOException {
        Path tar = tar("FROM scratch\nCOPY nothing /\n", "--gzip");

        build(DockerfileBuild.ofTar(() -> open(tar)).dockerfile("FROM scratch\nCOPY sub/b.txt /text\n"));
        assertThat(folder.resolve("out/text")).hasContent("two");

        Path file = Files.writeString(folder.resolve("Other"), "FROM scratch\nCOPY sub/b.txt /file\n");
        build(DockerfileBuild.ofTar(() -> open(tar)).dockerfile(file));
        assertThat(folder.resolve("out/file")).hasContent("two");
    }

    @Test
    void dockerfileIsTextOrAStreamAndTheContextStaysAsItIs() throws IOException {
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("a.txt"), "one");
        Files.writeString(context.resolve(".dockerignore"), "b.txt\n");
        Files.writeString(context.resolve("b.txt"), "ignored");

        build(DockerfileBuild.of(context).dockerfile("FROM scratch\nCOPY . /text/\n"));
        build(DockerfileBuild.of(context)
                .dockerfile(() -> new ByteArrayInputStream(
                        "FROM scratch\nCOPY a.txt /stream/ü\n".getBytes(StandardCharsets.UTF_8))));

        assertThat(folder.resolve("out/text/a.txt")).hasContent("one");
        assertThat(folder.resolve("out/text/b.txt")).doesNotExist();
        assertThat(folder.resolve("out/stream/ü")).hasContent("one");
        assertThat(context.resolve("Dockerfile")).doesNotExist();
    }

    @Test
    void changedTextIsBuiltAnew() throws IOException {
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("a.txt"), "one");

        build(DockerfileBuild.of(context).dockerfile("FROM scratch\nCOPY a.txt /1\n"));
        build(DockerfileBuild.of(context).dockerfile("FROM scratch\nCOPY a.txt /2\n"));

        assertThat(folder.resolve("out/2")).hasContent("one");
    }

    @Test
    void streamThatFailsIsTheErrorOfTheBuild() {
        Supplier<InputStream> broken = () -> new FilterInputStream(new ByteArrayInputStream(new byte[0])) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("the pipe broke");
            }
        };

        assertThatThrownBy(() -> build(DockerfileBuild.ofTar(broken)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the pipe broke");
    }

    private void build(DockerfileBuild build) {
        client.solve(build.export(BuildExport.directory(folder.resolve("out"))).toRequest(), ProgressTask.silent());
    }

    private Path tar(String dockerfile, String compression) throws IOException {
        Path source = Files.createDirectories(folder.resolve("tar"));
        Files.createDirectories(source.resolve("sub"));
        Files.writeString(source.resolve("Dockerfile"), dockerfile);
        Files.writeString(source.resolve("a.txt"), "one");
        Files.writeString(source.resolve("sub/b.txt"), "two");
        Path tar = folder.resolve("context.tar");
        Command.of("tar", compression, "-cf", tar, "-C", source, ".").run().orFail();
        return tar;
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
