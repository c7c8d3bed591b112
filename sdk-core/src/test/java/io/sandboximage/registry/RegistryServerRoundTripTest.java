package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.Delivery;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.registry.server.RegistryStorage;
import io.sandboximage.store.MemorySource;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against the loopback registry of this SDK. */
class RegistryServerRoundTripTest {
    private final MemorySource image = new MemorySource();
    private RegistryServer server;
    private RegistryClient client;

    @BeforeEach
    void start() {
        server = RegistryServer.builder().storage(RegistryStorage.memory()).start();
        client = RegistryClient.builder().build();
        image.image(Platform.LINUX_AMD64, random(1, 500_000), random(2, 100), new byte[0]);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void pushesAndPulls() throws Exception {
        Delivery delivery = client.sink(reference("acme/app:v1"), "latest").write(image, ProgressTask.silent());

        assertThat(delivery.blobsCopied()).isEqualTo(4);
        RegistrySource pulled = client.source(reference("acme/app:latest"));
        assertThat(pulled.descriptor()).isEqualTo(image.root);
        for (Descriptor layer : Manifest.parse(pulled.manifest(image.root), MediaTypes.OCI_MANIFEST)
                .layers()) {
            try (InputStream in = pulled.openBlob(layer)) {
                assertThat(in.readAllBytes()).isEqualTo(image.content.get(layer.digest()));
            }
        }
        assertThat(client.repository(reference("acme/app")).tags()).containsExactlyInAnyOrder("v1", "latest");
    }

    @Test
    void transfersNothingTwice() {
        client.sink(reference("acme/app:v1")).write(image, ProgressTask.silent());
        image.opened.clear();

        Delivery again = client.sink(reference("acme/app:v2")).write(image, ProgressTask.silent());

        assertThat(again.blobsCopied()).isZero();
        assertThat(again.bytesCopied()).isZero();
        assertThat(image.opened).isEmpty();
    }

    @Test
    void mountsAcrossRepositories() {
        client.sink(reference("acme/app:v1")).write(image, ProgressTask.silent());

        Delivery delivery = client.sink(reference("acme/copy:v1"))
                .write(client.source(reference("acme/app:v1")), ProgressTask.silent());

        assertThat(delivery.blobsMounted()).isEqualTo(4);
        assertThat(delivery.bytesCopied()).isZero();
    }

    @Test
    void pushesInChunks() {
        try (RegistryClient chunking =
                RegistryClient.builder().chunkedUploads(60_000).build()) {
            chunking.sink(reference("acme/app:v1")).write(image, ProgressTask.silent());
        }

        assertThat(client.source(reference("acme/app:v1")).descriptor()).isEqualTo(image.root);
    }

    @Test
    void keepsReferrers() {
        client.sink(reference("acme/app:v1")).write(image, ProgressTask.silent());
        Repository repository = client.repository(reference("acme/app"));
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        Descriptor config = Descriptor.of(MediaTypes.OCI_EMPTY, empty);
        repository.blobs().upload(config, empty);
        Manifest signature = Manifest.create(
                config, List.of(config), Map.of(), Optional.of(image.root), Optional.of("application/x-signature"));

        repository
                .manifests()
                .put(signature.descriptor().digest().toString(), signature.mediaType(), signature.bytes());

        assertThat(repository.referrers(image.root.digest(), "application/x-signature"))
                .extracting(Descriptor::digest)
                .containsExactly(signature.descriptor().digest());
        assertThat(repository.referrers(image.root.digest(), "application/x-other"))
                .isEmpty();
    }

    @Test
    void deletes() {
        client.sink(reference("acme/app:v1")).write(image, ProgressTask.silent());
        Repository repository = client.repository(reference("acme/app"));

        repository.manifests().delete(image.root.digest().toString());

        assertThat(repository.manifests().head("v1")).isEmpty();
    }

    @Test
    void worksAsOneLine() {
        Registry registry = Registry.of(reference("acme/app")).tags("a", "b").with(client);

        registry.write(image, ProgressTask.silent());

        assertThat(client.repository(reference("acme/app")).tags()).containsExactlyInAnyOrder("a", "b");
        assertThat(registry.name()).isEqualTo(reference("acme/app:a").toString());
    }

    private ImageReference reference(String rest) {
        return ImageReference.parse(server.address() + "/" + rest);
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
