package io.sandboximage.registryclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Delivery;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.RegistrySource;
import io.sandboximage.registry.Repository;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the client and a real registry with basic authentication must do together, whichever registry it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RegistryContract {
    private static final int MIB = 1024 * 1024;
    private static final String USER = "tester";
    private static final String PASSWORD = "p:ässword";

    private final Engine engine;
    private RegistryProcess registry;
    private RegistryClient client;

    RegistryContract(Engine engine) {
        this.engine = engine;
    }

    @BeforeAll
    void start(@TempDir Path directory) {
        registry = RegistryProcess.startWithBasicAuth(engine, directory, USER, PASSWORD);
        client = RegistryClient.builder().credentials(credentials(PASSWORD)).build();
    }

    @AfterAll
    void stop() {
        if (client != null) {
            client.close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void pushesAndPulls(TestInfo test) throws Exception {
        TestImage image = new TestImage(1, 3 * MIB, 0, 17);
        ImageReference reference = reference(test, "v1");

        Delivery delivery = client.sink(reference, "latest", "v1.0").write(image, ProgressTask.silent());

        assertThat(delivery.blobsCopied()).isEqualTo(4);
        RegistrySource source = client.source(reference.withTag("latest"));
        assertThat(source.descriptor()).isEqualTo(image.descriptor());
        assertThat(source.image(Platform.LINUX_AMD64).layers()).hasSize(3);
        for (Descriptor layer : image.manifest().layers()) {
            try (InputStream in = source.openBlob(layer)) {
                assertThat(in.readAllBytes()).isEqualTo(image.bytes(layer));
            }
        }
        assertThat(client.repository(reference).tags()).containsExactlyInAnyOrder("v1", "latest", "v1.0");
    }

    @Test
    void transfersNothingTwice(TestInfo test) {
        TestImage image = new TestImage(2, MIB, MIB / 2);
        client.sink(reference(test, "v1")).write(image, ProgressTask.silent());

        Delivery again = client.sink(reference(test, "v2")).write(image, ProgressTask.silent());

        assertThat(again.bytesCopied()).isZero();
    }

    @Test
    void mountsAcrossRepositories(TestInfo test) {
        TestImage image = new TestImage(3, MIB, MIB / 2);
        client.sink(reference(test, "v1")).write(image, ProgressTask.silent());
        ImageReference copy = ImageReference.parse(registry.address() + "/copies/of-it:v1");

        Delivery delivery = client.sink(copy).write(client.source(reference(test, "v1")), ProgressTask.silent());

        assertThat(delivery.blobsMounted()).isEqualTo(3);
        assertThat(delivery.bytesCopied()).isZero();
        assertThat(client.source(copy).descriptor()).isEqualTo(image.descriptor());
    }

    @Test
    void uploadsWhereThereIsNothingToMount(TestInfo test) {
        byte[] content = {1, 2, 3};
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, content);
        Repository repository = client.repository(reference(test, "v1"));

        assertThat(repository.blobs().mount(blob.digest(), "not/there")).isFalse();
        repository.blobs().upload(blob, content);

        assertThat(repository.blobs().exists(blob.digest())).isTrue();
    }

    @Test
    void pushesInChunks(TestInfo test) throws Exception {
        TestImage image = new TestImage(4, 3 * MIB + 1);
        try (RegistryClient chunking = RegistryClient.builder()
                .credentials(credentials(PASSWORD))
                .chunkedUploads(MIB)
                .build()) {
            chunking.sink(reference(test, "v1")).write(image, ProgressTask.silent());
        }

        Descriptor layer = image.manifest().layers().get(0);
        try (InputStream in = client.source(reference(test, "v1")).openBlob(layer)) {
            assertThat(in.readAllBytes()).isEqualTo(image.bytes(layer));
        }
    }

    @Test
    void readsRanges(TestInfo test) throws Exception {
        TestImage image = new TestImage(5, MIB);
        client.sink(reference(test, "v1")).write(image, ProgressTask.silent());
        Descriptor layer = image.manifest().layers().get(0);

        try (InputStream in =
                client.repository(reference(test, "v1")).blobs().openRange(layer.digest(), MIB - 1000, 500)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(image.bytes(layer), MIB - 1000, MIB - 500));
        }
    }

    @Test
    void listsManyTags(TestInfo test) {
        TestImage image = new TestImage(6, 10);
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            tags.add("t" + i);
        }

        client.sink(reference(test, "t0"), tags.toArray(String[]::new)).write(image, ProgressTask.silent());

        assertThat(client.repository(reference(test, "t0")).tags()).containsExactlyInAnyOrderElementsOf(tags);
    }

    @Test
    void deletes(TestInfo test) {
        TestImage image = new TestImage(7, 1000);
        ImageReference reference = reference(test, "v1");
        client.sink(reference).write(image, ProgressTask.silent());
        Repository repository = client.repository(reference);

        repository.manifests().delete(image.descriptor().digest().toString());
        repository.blobs().delete(image.manifest().layers().get(0).digest());

        assertThat(repository.manifests().head("v1")).isEmpty();
        assertThat(repository.blobs().exists(image.manifest().layers().get(0).digest()))
                .isFalse();
        assertThatThrownBy(() -> client.source(reference).descriptor()).isInstanceOf(NotFoundException.class);
    }

    @Test
    void listsReferrers(TestInfo test) {
        TestImage image = new TestImage(8, 1000);
        client.sink(reference(test, "v1")).write(image, ProgressTask.silent());
        Repository repository = client.repository(reference(test, "v1"));
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        Descriptor config = Descriptor.of(MediaTypes.OCI_EMPTY, empty);
        repository.blobs().upload(config, empty);
        List<Digest> pushed = new ArrayList<>();
        for (String type : List.of("application/x-signature", "application/x-sbom")) {
            Manifest referrer = Manifest.create(
                    config, List.of(config), Map.of(), Optional.of(image.descriptor()), Optional.of(type));
            Descriptor descriptor = referrer.descriptor();
            repository.manifests().put(descriptor.digest().toString(), referrer.mediaType(), referrer.bytes());
            pushed.add(descriptor.digest());
        }

        assertThat(repository.referrers(image.descriptor().digest()))
                .extracting(Descriptor::digest)
                .containsExactlyInAnyOrderElementsOf(pushed);
        assertThat(repository.referrers(image.descriptor().digest(), "application/x-sbom"))
                .extracting(Descriptor::digest)
                .containsExactly(pushed.get(1));
    }

    @Test
    void refusesAWrongPassword(TestInfo test) {
        try (RegistryClient stranger =
                RegistryClient.builder().credentials(credentials("wrong")).build()) {
            assertThatThrownBy(() -> stranger.ping(registry.address()))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("401")
                    .hasMessageNotContaining("wrong");
            assertThatThrownBy(() ->
                            stranger.sink(reference(test, "v1")).write(new TestImage(9, 10), ProgressTask.silent()))
                    .isInstanceOf(AuthenticationException.class);
        }
    }

    @Test
    void takesTheRightPassword() {
        client.ping(registry.address());
    }

    @Test
    void noticesABlobThatIsNotWhatItsDigestSays(TestInfo test) {
        byte[] content = {1, 2, 3};
        Descriptor other = Descriptor.of(MediaTypes.OCI_LAYER, new byte[] {4, 5, 6});

        assertThatThrownBy(
                        () -> client.repository(reference(test, "v1")).blobs().upload(other, content))
                .isInstanceOf(IntegrityException.class);
    }

    @Test
    void tellsThatAManifestNamesAMissingBlob(TestInfo test) {
        Manifest manifest = new TestImage(10, 10).manifest();

        assertThatThrownBy(() -> client.repository(reference(test, "v1"))
                        .manifests()
                        .put("v1", manifest.mediaType(), manifest.bytes()))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    void pushesFromManyThreads(TestInfo test) throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Delivery>> deliveries = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                TestImage image = new TestImage(100 + i, MIB, MIB / 4);
                ImageReference reference = reference(test, "v" + i);
                deliveries.add(pool.submit(() -> client.sink(reference).write(image, ProgressTask.silent())));
            }
            for (int i = 0; i < threads; i++) {
                deliveries.get(i).get();
                assertThat(client.source(reference(test, "v" + i)).descriptor())
                        .isEqualTo(new TestImage(100 + i, MIB, MIB / 4).descriptor());
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void resumesADownloadThatBreaks(TestInfo test) throws Exception {
        TestImage image = new TestImage(11, 4 * MIB);
        client.sink(reference(test, "v1")).write(image, ProgressTask.silent());
        Descriptor layer = image.manifest().layers().get(0);
        try (CuttingProxy proxy = new CuttingProxy(registry.port(), CuttingProxy.Direction.DOWN, MIB, 3);
                InputStream in = client.source(through(proxy, test)).openBlob(layer)) {
            assertThat(in.readAllBytes()).isEqualTo(image.bytes(layer));
            assertThat(proxy.cutsLeft()).isZero();
        }
    }

    @Test
    void finishesAnUploadThatBreaks(TestInfo test) {
        TestImage image = new TestImage(12, 4 * MIB);
        try (CuttingProxy proxy = new CuttingProxy(registry.port(), CuttingProxy.Direction.UP, MIB, 2)) {
            client.sink(through(proxy, test)).write(image, ProgressTask.silent());

            assertThat(proxy.cutsLeft()).isZero();
        }
        assertThat(client.source(reference(test, "v1")).descriptor()).isEqualTo(image.descriptor());
    }

    @Test
    void finishesAChunkedUploadThatBreaks(TestInfo test) throws Exception {
        TestImage image = new TestImage(13, 4 * MIB);
        try (CuttingProxy proxy = new CuttingProxy(registry.port(), CuttingProxy.Direction.UP, 3 * MIB / 2, 2);
                RegistryClient chunking = RegistryClient.builder()
                        .credentials(credentials(PASSWORD))
                        .chunkedUploads(MIB)
                        .build()) {
            chunking.sink(through(proxy, test)).write(image, ProgressTask.silent());

            assertThat(proxy.cutsLeft()).isZero();
        }
        Descriptor layer = image.manifest().layers().get(0);
        try (InputStream in = client.source(reference(test, "v1")).openBlob(layer)) {
            assertThat(in.readAllBytes()).isEqualTo(image.bytes(layer));
        }
    }

    private static ImageReference through(CuttingProxy proxy, TestInfo test) {
        return ImageReference.parse(proxy.address() + "/contract/" + name(test) + ":v1");
    }

    private static String name(TestInfo test) {
        return test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    }

    private ImageReference reference(TestInfo test, String tag) {
        return ImageReference.parse(registry.address() + "/contract/" + name(test) + ":" + tag);
    }

    private CredentialProvider credentials(String password) {
        return host -> Optional.of(Credentials.basic(USER, password));
    }
}
