package io.sandboximage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.transport.ImageLocation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every store in files, written by us and read by skopeo, and the reverse; digests are the same on both sides. */
@RequiresEngine(Engine.SKOPEO)
class SkopeoIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"oci:%s/ours:v1", "oci:%s/ours", "oci-archive:%s/ours.tar:v1", "oci-archive:%s/ours.tar"})
    void skopeoReadsOurManifestsByteForByte(String pattern) {
        String place = String.format(pattern, folder);
        try (ImageSource image = Images.assembly(Platform.LINUX_AMD64).produce(ProgressTask.silent())) {
            ImageLocation.parse(place).sink().write(image, ProgressTask.silent());

            assertThat(inspect("--raw", place))
                    .isEqualTo(new String(image.manifest(image.descriptor()), StandardCharsets.UTF_8));
            // A copy makes skopeo check the digest of every blob.
            copy(place, "dir:" + folder.resolve("copy"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci:%s/%s:v1", "oci-archive:%s/%s.tar:v1"})
    void indexesOfSeveralPlatformsGoBothWays(String pattern) {
        String ours = String.format(pattern, folder, "ours");
        String theirs = String.format(pattern, folder, "theirs");
        Descriptor root;
        try (ImageSource image = Images.twoPlatforms()) {
            root = ImageLocation.parse(ours)
                    .sink()
                    .write(image, ProgressTask.silent())
                    .descriptor();
        }
        copy("--all", ours, theirs);

        try (ImageSource read = ImageLocation.parse(theirs).source()) {
            assertThat(read.descriptor()).isEqualTo(root);
            verify(read.image(Platform.LINUX_AMD64));
            verify(read.image(Platform.LINUX_ARM64));
        }
    }

    @Test
    void skopeoReadsOurDockerArchives() {
        String place = "docker-archive:" + folder.resolve("ours.tar") + ":registry.example.com/app:v1";
        try (ImageSource image = Images.assembly(Platform.LINUX_AMD64).produce(ProgressTask.silent())) {
            ImageLocation.parse(place).sink().write(image, ProgressTask.silent());
            Image expected = image.image(Platform.LINUX_AMD64);

            assertThat(inspect("--config", "--raw", place))
                    .isEqualTo(new String(expected.config().bytes(), StandardCharsets.UTF_8));
            assertThat(Command.of("skopeo", "list-tags", "docker-archive:" + folder.resolve("ours.tar"))
                            .run()
                            .orFail()
                            .output())
                    .contains("registry.example.com/app:v1");
            Path copy = folder.resolve("copy");
            copy(place, "dir:" + copy);
            for (Layer layer : expected.layers()) {
                assertThat(copy.resolve(layer.diffId().hex())).exists();
            }
        }
    }

    @Test
    void weReadDockerArchivesOfSkopeo() {
        String ours = "oci:" + folder.resolve("ours") + ":v1";
        String file = "docker-archive:" + folder.resolve("theirs.tar");
        try (ImageSource image = Images.assembly(Platform.LINUX_AMD64).produce(ProgressTask.silent())) {
            ImageLocation.parse(ours).sink().write(image, ProgressTask.silent());
            copy(ours, file + ":registry.example.com/app:v1");

            for (String place : List.of(file, file + ":registry.example.com/app:v1", file + ":@0")) {
                try (ImageSource read = ImageLocation.parse(place).source()) {
                    Image copied = read.image(Platform.LINUX_AMD64);
                    assertThat(copied.config().diffIds())
                            .isEqualTo(
                                    image.image(Platform.LINUX_AMD64).config().diffIds());
                    assertThat(new String(copied.config().bytes(), StandardCharsets.UTF_8))
                            .isEqualTo(inspect("--config", "--raw", file));
                    verify(copied);
                }
            }
        }
    }

    /** Reads every layer to its end, which checks its digest. */
    private static void verify(Image image) {
        for (Layer layer : image.layers()) {
            try (InputStream in = layer.openCompressed()) {
                assertThat(Digest.sha256(in.readAllBytes()))
                        .isEqualTo(layer.descriptor().digest());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static String inspect(Object... arguments) {
        return Command.of("skopeo", "--override-arch=amd64", "inspect")
                .with(arguments)
                .run()
                .orFail()
                .output();
    }

    private static void copy(Object... arguments) {
        Command.of("skopeo", "--insecure-policy", "--override-arch=amd64", "copy", "--quiet")
                .with(arguments)
                .run()
                .orFail();
    }
}
