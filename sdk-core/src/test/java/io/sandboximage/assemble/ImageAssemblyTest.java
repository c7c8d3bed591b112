package io.sandboximage.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageAssemblyTest {
    private static final LayerSpec GREETING =
            LayerSpec.empty().file("/etc/greeting", "hello\n".getBytes(StandardCharsets.UTF_8), 0644);

    @TempDir
    Path directory;

    private static ImageSource produce(ImageAssembly assembly) {
        return assembly.produce(ProgressTask.silent());
    }

    private static ImageAssembly scratch() {
        return ImageAssembly.scratch(Platform.LINUX_AMD64);
    }

    private static ImageConfig config(ImageAssembly assembly) {
        try (ImageSource source = produce(assembly)) {
            return source.image(Platform.LINUX_AMD64).config();
        }
    }

    private static String json(ImageAssembly assembly) {
        return new String(config(assembly).bytes(), StandardCharsets.UTF_8);
    }

    /** The promise that the same input gives the same digest on every machine, held to numbers. */
    @Test
    void digestsAreTheSameOnEveryMachine() {
        LayerSpec layer = GREETING.directory("/var/empty", 0700)
                .symlink("/bin/sh", "busybox")
                .characterDevice("/dev/null", 1, 3, 0666)
                .file("/data", new byte[1_000_000], 0600)
                .time(Instant.parse("2024-02-29T12:00:00Z"));
        ImageAssembly assembly = scratch().layer(layer).env("PATH", "/bin").label("ı", "İ");

        assertThat(List.of(
                        assembly.descriptor().digest().toString(),
                        assembly.compression(Compression.ZSTD)
                                .descriptor()
                                .digest()
                                .toString(),
                        assembly.compression(Compression.NONE)
                                .descriptor()
                                .digest()
                                .toString()))
                .containsExactly(
                        "sha256:5793e34991f97da62aa85791f4ef1e3fcbb74d959f6af0fb170be0f2af9b9151",
                        "sha256:940a06705872ea5ef03a00b2a0503efa645f80d087ae6827fbdc6310c010e66b",
                        "sha256:310d98d6894c60d196cbce5bc3e58a30676cc5ce3e57e22d963ffcd11ad11432");
    }

    @Test
    void digestsDoNotDependOnLocaleOrTimeZone() {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        ImageAssembly assembly = scratch().layer(GREETING).created(Instant.parse("2024-02-29T12:00:00Z"));
        Descriptor here = assembly.descriptor();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            assertThat(assembly.descriptor()).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void scratchImageHoldsWhatWasAsked() throws IOException {
        ImageAssembly assembly = scratch()
                .layer(GREETING)
                .env("A", "1")
                .env("B", "2")
                .env("A", "3")
                .entrypoint("/bin/app", "--serve")
                .cmd("x")
                .workdir("/srv")
                .user("1000:1000")
                .label("org.example", "yes")
                .exposedPort("8080/tcp")
                .volume("/data")
                .author("nobody")
                .history("configured");

        ImageConfig config = config(assembly);

        assertThat(config.platform()).isEqualTo(Platform.LINUX_AMD64);
        assertThat(config.env()).containsExactly("A=3", "B=2");
        assertThat(config.entrypoint()).containsExactly("/bin/app", "--serve");
        assertThat(config.cmd()).containsExactly("x");
        assertThat(config.workingDir()).contains("/srv");
        assertThat(config.user()).contains("1000:1000");
        assertThat(config.labels()).containsEntry("org.example", "yes");
        assertThat(config.created()).contains(Instant.EPOCH);
        assertThat(json(assembly))
                .contains("\"ExposedPorts\":{\"8080/tcp\":{}}")
                .contains("\"Volumes\":{\"/data\":{}}")
                .contains("\"author\":\"nobody\"")
                .contains("\"history\":[{\"created\":\"1970-01-01T00:00:00Z\",\"created_by\":\"sandbox-image\"},"
                        + "{\"created\":\"1970-01-01T00:00:00Z\",\"created_by\":\"configured\",\"empty_layer\":true}]");
        try (ImageSource source = produce(assembly)) {
            assertThat(Layers.listing(source, 0))
                    .containsExactly(
                            Map.entry("etc/", "5 755 0:0 0 0"), Map.entry("etc/greeting", "0 644 0:0 0 6 \"hello\n\""));
        }
    }

    @Test
    void layersGoOnTopOfTheBaseAndItsUnknownMembersSurvive() throws IOException {
        MemorySource base = new MemorySource();
        Descriptor bottom = base.image(Platform.LINUX_AMD64, new byte[] {1, 2, 3});
        Descriptor below = base.image(bottom).manifest().layers().get(0);
        ImageAssembly assembly =
                ImageAssembly.from(base, Platform.LINUX_AMD64).layer(GREETING).env("A", "1");

        try (ImageSource source = produce(assembly)) {
            Manifest manifest = source.image(Platform.LINUX_AMD64).manifest();
            assertThat(manifest.layers()).hasSize(2).first().isEqualTo(below);
            assertThat(source.image(Platform.LINUX_AMD64).config().diffIds()).hasSize(2);
            assertThat(source.openBlob(below).readAllBytes()).containsExactly(1, 2, 3);
            assertThat(Layers.listing(source, 1))
                    .as("directories of the base keep what they are")
                    .containsOnlyKeys("etc/greeting");
        }
        assertThat(json(assembly))
                .contains("\"x-unknown\":{\"kept\":1.50}")
                .as("a base without history gets no history that would not match its layers")
                .contains("\"history\":[]");
    }

    @Test
    void dockerLayersOfTheBaseGetTheirOciNames() {
        MemorySource base = new MemorySource();
        Descriptor layer = base.add(MediaTypes.DOCKER_LAYER_GZIP, new byte[] {1});
        Descriptor config = base.add(
                MediaTypes.DOCKER_CONFIG,
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                                + layer.digest() + "\"]}}")
                        .getBytes(StandardCharsets.UTF_8));
        base.root = base.add(
                MediaTypes.DOCKER_MANIFEST,
                new String(Manifest.create(config, List.of(layer), Map.of()).bytes(), StandardCharsets.UTF_8)
                        .replace(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST)
                        .getBytes(StandardCharsets.UTF_8));

        try (ImageSource source = produce(ImageAssembly.from(base, Platform.LINUX_AMD64))) {
            assertThat(source.image(Platform.LINUX_AMD64).manifest().layers())
                    .containsExactly(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, layer.digest(), 1));
        }
    }

    @Test
    void aBaseWithoutThePlatformIsAnError() {
        MemorySource base = new MemorySource();
        base.image(Platform.LINUX_AMD64, new byte[1]);
        assertThatThrownBy(() -> produce(ImageAssembly.from(base, Platform.LINUX_ARM64)))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("linux/amd64");
    }

    @Test
    void assembledImagesCanBeCopied() {
        ImageAssembly assembly =
                scratch().layer(GREETING).layer(LayerSpec.empty().delete("/etc/greeting"));
        try (ImageSource source = produce(assembly)) {
            OciLayout.sink(directory, "v1").write(source, ProgressTask.silent());
            ImageSource copy = OciLayout.source(directory, "v1");
            assertThat(copy.descriptor()).isEqualTo(source.descriptor());
            assertThat(copy.image(Platform.LINUX_AMD64).layers()).hasSize(2);
        }
    }

    @Test
    void temporaryLayersAreRemovedOnClose() throws IOException {
        Path layer;
        try (ImageSource source = produce(scratch().layer(GREETING))) {
            layer = source.localBlob(source.image(Platform.LINUX_AMD64)
                            .manifest()
                            .layers()
                            .get(0))
                    .orElseThrow();
            assertThat(layer).exists();
        }
        assertThat(layer.getParent().getParent().getParent()).doesNotExist();
    }

    @Test
    void everyCompressionHoldsTheSameTar() throws IOException {
        ImageAssembly assembly = scratch().layer(GREETING);
        for (Compression compression : List.of(Compression.NONE, Compression.gzip(9), Compression.zstd(19))) {
            try (ImageSource source = produce(assembly.compression(compression))) {
                assertThat(source.image(Platform.LINUX_AMD64)
                                .manifest()
                                .layers()
                                .get(0)
                                .mediaType())
                        .isEqualTo(compression.mediaType());
                assertThat(Layers.listing(source, 0)).containsKey("etc/greeting");
                assertThat(source.image(Platform.LINUX_AMD64).config().diffIds())
                        .isEqualTo(config(assembly).diffIds());
            }
        }
    }

    @Test
    void configOfTheImageIsWhatItsManifestNames() throws IOException {
        try (ImageSource source = produce(scratch())) {
            Manifest manifest = source.image(Platform.LINUX_AMD64).manifest();
            assertThat(manifest.layers()).isEmpty();
            assertThat(source.openBlob(manifest.config()).readAllBytes())
                    .isEqualTo(source.image(Platform.LINUX_AMD64).config().bytes());
        }
    }
}
