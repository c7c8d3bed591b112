package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedSourceTest {
    private final FakeSource source = new FakeSource();
    private final Manifest amd64 = source.addImage("amd64 layer");
    private final Manifest arm64 = source.addImage("arm64 layer");

    @TempDir
    Path dir;

    @Test
    void indexItsManifestsAndTheirBlobsAreServed() {
        serveIndex();
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            assertThat(client.get("/v2/acme/app/manifests/v1").header("Content-Type"))
                    .isEqualTo(MediaTypes.OCI_INDEX);
            assertThat(client.get("/v2/acme/app/manifests/" + arm64.descriptor().digest())
                            .body())
                    .isEqualTo(arm64.bytes());
            assertThat(client.get(blob(arm64), "Range", "bytes=6-")
                            .assertStatus(206)
                            .text())
                    .isEqualTo("layer");
            assertThat(client.head(blob(amd64)).header("Content-Length")).isEqualTo("11");
            assertThat(client.get("/v2/acme/app/tags/list").text()).contains("[\"v1\"]");
            assertThat(client.get("/v2/_catalog").text()).contains("acme/app");
        }
    }

    @Test
    void onlyWhatTheImageNamesIsServed() {
        source.root = amd64.descriptor();
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            client.get(blob(arm64)).assertError(404, "BLOB_UNKNOWN");
            client.get("/v2/acme/app/manifests/" + arm64.descriptor().digest()).assertError(404, "MANIFEST_UNKNOWN");
            client.get("/v2/acme/app/manifests/v2").assertError(404, "MANIFEST_UNKNOWN");
        }
    }

    @Test
    void platformThatTheSourceLacksDoesNotHideTheOthers() {
        serveIndex();
        source.contents.remove(amd64.descriptor().digest());
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            assertThat(client.get(blob(arm64)).text()).isEqualTo("arm64 layer");
            client.get("/v2/acme/app/manifests/" + amd64.descriptor().digest()).assertStatus(404);
        }
    }

    @Test
    void nothingIsReadBeforeAClientAsks() {
        source.root = amd64.descriptor();
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            client.get("/v2/").assertStatus(200);
            assertThat(source.reads).isZero();
            client.get("/v2/acme/app/manifests/v1").assertStatus(200);
            assertThat(source.reads).isPositive();
        }
    }

    @Test
    void corruptBlobNeverArrivesWhole() {
        byte[] large = new byte[300_000];
        Descriptor layer = Descriptor.of(MediaTypes.OCI_LAYER, large);
        Manifest image = Manifest.create(source.add(MediaTypes.OCI_CONFIG, "{}"), List.of(layer), Map.of());
        source.contents.put(image.descriptor().digest(), image.bytes());
        source.root = image.descriptor();
        large[299_999] = 1;
        source.contents.put(layer.digest(), large);
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            assertThatThrownBy(() -> client.get("/v2/acme/app/blobs/" + layer.digest()))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void rangesOfLocalFilesAreReadFromTheFile() throws IOException {
        source.root = amd64.descriptor();
        Path file = Files.writeString(dir.resolve("layer"), "amd64 layer");
        source.files.put(amd64.layers().get(0).digest(), file);
        source.contents.remove(amd64.layers().get(0).digest());
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            assertThat(client.get(blob(amd64), "Range", "bytes=6-8").text()).isEqualTo("lay");
        }
    }

    @Test
    void servedRepositoryIsReadOnlyAndOthersAreNot() {
        source.root = amd64.descriptor();
        try (RegistryServer server = RegistryServer.builder().start();
                Client client = new Client(server)) {
            server.serve("acme/app", "v1", source);
            client.post("/v2/acme/app/blobs/uploads/").assertError(403, "DENIED");
            client.delete("/v2/acme/app/manifests/v1").assertError(403, "DENIED");
            client.pushImage("acme/other", "v1", "layer");
        }
    }

    @Test
    void referrersOfTheSourceAreServed() {
        source.root = amd64.descriptor();
        Manifest signature = Manifest.create(
                source.add(MediaTypes.OCI_EMPTY, "{}"),
                List.of(),
                Map.of("k", "v"),
                Optional.of(amd64.descriptor()),
                Optional.of("application/vnd.example.signature"));
        source.contents.put(signature.descriptor().digest(), signature.bytes());
        source.referrers.add(signature.descriptor());
        try (RegistryServer server =
                        RegistryServer.builder().serve("acme/app", "v1", source).start();
                Client client = new Client(server)) {
            ImageIndex list = ImageIndex.parse(
                    client.get("/v2/acme/app/referrers/" + amd64.descriptor().digest())
                            .body(),
                    "");
            assertThat(list.manifests()).singleElement().satisfies(d -> {
                assertThat(d.digest()).isEqualTo(signature.descriptor().digest());
                assertThat(d.artifactType()).contains("application/vnd.example.signature");
                assertThat(d.annotations()).containsEntry("k", "v");
            });
            client.get("/v2/acme/app/manifests/" + signature.descriptor().digest())
                    .assertStatus(200);
        }
    }

    @Test
    void namesAreChecked() {
        RegistryServer.Builder builder = RegistryServer.builder();
        for (String name : List.of("", "Acme", "../acme", "acme/", "acme//app")) {
            assertThatThrownBy(() -> builder.serve(name, "v1", source)).isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> builder.serve("acme/app", "v1/2", source)).isInstanceOf(InvalidRequestException.class);
    }

    private void serveIndex() {
        ImageIndex index = ImageIndex.create(
                List.of(
                        amd64.descriptor().withPlatform(Platform.LINUX_AMD64),
                        arm64.descriptor().withPlatform(Platform.LINUX_ARM64)),
                Map.of());
        source.contents.put(index.descriptor().digest(), index.bytes());
        source.root = index.descriptor();
    }

    private static String blob(Manifest image) {
        return "/v2/acme/app/blobs/" + image.layers().get(0).digest();
    }

    private static final class FakeSource implements ImageSource {
        private final Map<Digest, byte[]> contents = new HashMap<>();
        private final Map<Digest, Path> files = new HashMap<>();
        private final List<Descriptor> referrers = new java.util.ArrayList<>();
        private Descriptor root = Descriptor.of("", new byte[0]);
        private int reads;

        Descriptor add(String mediaType, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            contents.put(Digest.sha256(bytes), bytes);
            return Descriptor.of(mediaType, bytes);
        }

        Manifest addImage(String layer) {
            Manifest image = Manifest.create(
                    add(MediaTypes.OCI_CONFIG, "{}"), List.of(add(MediaTypes.OCI_LAYER, layer)), Map.of());
            contents.put(image.descriptor().digest(), image.bytes());
            return image;
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public Descriptor descriptor() {
            reads++;
            return root;
        }

        @Override
        public byte[] manifest(Descriptor descriptor) {
            return read(descriptor);
        }

        @Override
        public InputStream openBlob(Descriptor descriptor) {
            return new VerifyingInputStream(new ByteArrayInputStream(read(descriptor)), descriptor, name());
        }

        @Override
        public Optional<Path> localBlob(Descriptor descriptor) {
            return Optional.ofNullable(files.get(descriptor.digest()));
        }

        @Override
        public List<Descriptor> referrers(Digest subject) {
            return referrers;
        }

        private byte[] read(Descriptor descriptor) {
            byte[] bytes = contents.get(descriptor.digest());
            if (bytes == null) {
                throw new NotFoundException("The fake source has no " + descriptor.digest());
            }
            return bytes;
        }
    }
}
