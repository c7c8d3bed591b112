package io.sandboximage.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciLayoutTest {
    private final MemorySource memory = new MemorySource();

    @TempDir
    Path directory;

    private Delivery write(String tag) {
        return OciLayout.sink(directory, tag).write(memory, ProgressTask.silent());
    }

    private Descriptor image(int content) {
        return memory.image(Platform.LINUX_AMD64, new byte[] {(byte) content});
    }

    private Path blob(Digest digest) {
        return directory.resolve("blobs/sha256").resolve(digest.hex());
    }

    @Test
    void aMultiPlatformIndexComesBackByteForByte() throws IOException {
        Descriptor amd64 = image(1).withPlatform(Platform.LINUX_AMD64);
        Descriptor arm64 = memory.image(Platform.LINUX_ARM64, new byte[] {2}).withPlatform(Platform.LINUX_ARM64);
        Descriptor root = memory.index(amd64, arm64);

        Delivery delivery = write("v1");

        assertThat(delivery.destination()).isEqualTo("oci:" + directory + ":v1");
        try (ImageSource source = OciLayout.source(directory, "v1")) {
            assertThat(source.descriptor()).isEqualTo(root);
            assertThat(source.manifest(root)).isEqualTo(memory.manifest(root));
            assertThat(source.image(Platform.LINUX_ARM64).descriptor().digest()).isEqualTo(arm64.digest());
            assertThat(source.image(Platform.LINUX_ARM64).config().bytes())
                    .asString(StandardCharsets.UTF_8)
                    .contains("\"x-unknown\":{\"kept\":1.50}");
        }
        for (Map.Entry<Digest, byte[]> entry : memory.content.entrySet()) {
            assertThat(blob(entry.getKey())).hasBinaryContent(entry.getValue());
        }
        assertThat(directory.resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
        assertThat(OciLayout.source(directory, "v1").localBlob(amd64)).contains(blob(amd64.digest()));
    }

    @Test
    void aTagReplacesOnlyItself() {
        Descriptor first = image(1);
        write("one");
        write("two");
        Descriptor second = image(2);
        write("two");

        assertThat(OciLayout.tags(directory)).containsExactly("one", "two");
        assertThat(OciLayout.source(directory, "one").descriptor()).isEqualTo(first);
        assertThat(OciLayout.source(directory, "two").descriptor()).isEqualTo(second);
    }

    @Test
    void anImageWithoutTagReplacesTheOneWithoutTag() {
        image(1);
        write("kept");
        OciLayout.sink(directory).write(memory, ProgressTask.silent());
        image(2);
        OciLayout.sink(directory).write(memory, ProgressTask.silent());
        Descriptor third = image(3);
        OciLayout.sink(directory).write(memory, ProgressTask.silent());

        assertThat(new LayoutIndex(new DirectoryFiles(directory), "x").index().manifests())
                .hasSize(2)
                .last()
                .isEqualTo(third);
    }

    @Test
    void severalImagesNeedATag() {
        image(1);
        write("b");
        image(2);
        write("a");

        assertThatThrownBy(() -> OciLayout.source(directory).descriptor())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("its tags are a, b")
                .hasMessageContaining(":TAG");
        assertThatThrownBy(() -> OciLayout.source(directory, "c").descriptor())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("tagged c")
                .hasMessageContaining("a, b");
    }

    @Test
    void twoTagsOfOneImageAreOneImage() {
        Descriptor root = image(1);
        write("a");
        write("b");
        assertThat(OciLayout.source(directory).descriptor()).isEqualTo(root);
    }

    @Test
    void platformsSideBySideAreOneImage() throws IOException {
        Descriptor amd64 = image(1).withPlatform(Platform.LINUX_AMD64);
        write("amd64");
        Descriptor arm64 = memory.image(Platform.LINUX_ARM64, new byte[] {2}).withPlatform(Platform.LINUX_ARM64);
        write("arm64");
        Files.write(
                directory.resolve("index.json"),
                ImageIndex.create(List.of(amd64, arm64), Map.of()).bytes());

        ImageSource source = OciLayout.source(directory);

        assertThat(source.image(Platform.LINUX_ARM64).descriptor().digest()).isEqualTo(arm64.digest());
        assertThat(Descriptor.of(MediaTypes.OCI_INDEX, source.manifest(source.descriptor())))
                .isEqualTo(source.descriptor());
    }

    @Test
    void theNameThatDockerWritesServesAsTag() throws IOException {
        Descriptor root = image(1);
        write("x");
        image(2);
        write("y");
        Files.write(
                directory.resolve("index.json"),
                ImageIndex.create(
                                List.of(
                                        root.withAnnotations(Map.of(
                                                "io.containerd.image.name",
                                                "docker.io/library/app:latest",
                                                "org.opencontainers.image.ref.name",
                                                "latest")),
                                        memory.root.withAnnotations(
                                                Map.of("org.opencontainers.image.ref.name", "other"))),
                                Map.of())
                        .bytes());

        assertThat(OciLayout.source(directory, "docker.io/library/app:latest").descriptor())
                .isEqualTo(root);
    }

    @Test
    void unknownMembersOfTheIndexSurvive() throws IOException {
        image(1);
        write("a");
        Path index = directory.resolve("index.json");
        Files.writeString(index, Files.readString(index).replaceFirst("\\{", "{\"x-own\":{\"n\":1.0},"));
        image(2);
        write("b");

        assertThat(index).content().contains("\"x-own\":{\"n\":1.0}");
        assertThat(OciLayout.tags(directory)).containsExactly("a", "b");
    }

    @Test
    void referrersAreKeptInTheIndex() {
        Descriptor root = image(1);
        Descriptor empty = memory.add(MediaTypes.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        Manifest sbom =
                Manifest.create(empty, List.of(empty), Map.of(), Optional.of(root), Optional.of("example/sbom"));
        memory.manifest(sbom);
        memory.referrers.put(root.digest(), List.of(sbom.descriptor()));
        memory.root = root;

        try (var to = OciLayout.destination(directory, Optional.empty())) {
            ImageCopier.copy(memory, to, CopyOptions.DEFAULT.withReferrers(), ProgressTask.silent());
        }
        ImageSource source = OciLayout.source(directory);

        assertThat(source.descriptor()).as("a referrer is not a second image").isEqualTo(root);
        assertThat(source.referrers(root.digest()))
                .extracting(Descriptor::digest)
                .containsExactly(sbom.descriptor().digest());
    }

    @Test
    void manyWritersLoseNoTag() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Delivery>> results = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                MemorySource own = new MemorySource();
                own.image(Platform.LINUX_AMD64, new byte[100], new byte[] {(byte) i});
                String tag = "t" + i;
                results.add(threads.submit(() -> OciLayout.sink(directory, tag).write(own, ProgressTask.silent())));
            }
            for (int i = 0; i < 24; i++) {
                Descriptor written = results.get(i).get().descriptor();
                assertThat(OciLayout.source(directory, "t" + i).descriptor()).isEqualTo(written);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSecondRunWritesNothing() throws IOException {
        image(1);
        write("a");
        Path index = directory.resolve("index.json");
        Object before = Files.getAttribute(index, "unix:ino");
        Delivery again = write("a");

        assertThat(again.blobsCopied()).isZero();
        assertThat(again.blobsSkipped()).isEqualTo(2);
        assertThat(Files.getAttribute(index, "unix:ino")).isEqualTo(before);
    }

    @Test
    void aBlobThatWasLostIsWrittenAgain() throws IOException {
        Descriptor root = image(1);
        write("a");
        Path layer = blob(memory.image(root).manifest().layers().get(0).digest());
        Files.delete(layer);

        assertThat(write("a").blobsCopied()).isEqualTo(1);
        assertThat(layer).exists();
    }

    @Test
    void aFailedCopyChangesNoName() throws IOException {
        Descriptor first = image(1);
        write("a");
        Descriptor second = image(2);
        memory.content.put(memory.image(second).manifest().layers().get(0).digest(), new byte[] {7});

        assertThatThrownBy(() -> write("a")).isInstanceOf(IntegrityException.class);

        assertThat(OciLayout.source(directory, "a").descriptor()).isEqualTo(first);
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.map(p -> p.getFileName().toString())).noneMatch(n -> n.startsWith(".incomplete"));
        }
    }

    @Test
    void corruptAndMissingBlobsAreErrors() throws IOException {
        Descriptor root = image(1);
        write("a");
        Descriptor layer = memory.image(root).manifest().layers().get(0);
        ImageSource source = OciLayout.source(directory, "a");
        Files.write(blob(layer.digest()), new byte[] {9});
        try (InputStream in = source.openBlob(layer)) {
            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(IntegrityException.class)
                    .hasMessageContaining(layer.digest().toString());
        }
        Files.delete(blob(layer.digest()));
        assertThatThrownBy(() -> source.openBlob(layer).close())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(layer.digest().toString());
    }

    @Test
    void whatIsNoLayoutSaysSo() throws IOException {
        assertThatThrownBy(() -> OciLayout.source(directory).descriptor())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("is not an OCI layout");
        Files.writeString(directory.resolve("index.json"), "{\"manifests\":");
        assertThatThrownBy(() -> OciLayout.source(directory).descriptor()).isInstanceOf(InvalidContentException.class);
    }
}
