package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    @TempDir
    Path dir;

    @Test
    void directorySurvivesARestart() {
        Manifest image;
        try (RegistryServer server = inDirectory();
                Client client = new Client(server)) {
            image = client.pushImage("acme/app", "v1", "layer");
        }
        try (RegistryServer server = inDirectory();
                Client client = new Client(server)) {
            assertThat(client.get("/v2/acme/app/manifests/v1").body()).isEqualTo(image.bytes());
            assertThat(client.get("/v2/acme/app/blobs/" + image.layers().get(0).digest())
                            .text())
                    .isEqualTo("layer");
            assertThat(client.get("/v2/_catalog").text()).contains("acme/app");
        }
    }

    @Test
    void whatACrashLeftIsRemoved() throws IOException {
        Digest kept;
        try (RegistryServer server = inDirectory();
                Client client = new Client(server)) {
            kept = client.pushBlob("acme/app", "kept");
        }
        Digest orphan = Digest.sha256("orphan".getBytes(StandardCharsets.UTF_8));
        Path orphanFile = contentFile(orphan);
        Files.createDirectories(orphanFile.getParent());
        Files.writeString(orphanFile, "orphan");
        Files.writeString(dir.resolve("tmp").resolve("half"), "half");
        try (RegistryServer server = inDirectory();
                Client client = new Client(server)) {
            assertThat(orphanFile).doesNotExist();
            assertThat(dir.resolve("tmp")).isEmptyDirectory();
            client.get("/v2/acme/app/blobs/" + kept).assertStatus(200);
        }
    }

    @Test
    void directoryIsUsedByOneServerAtATime() {
        try (RegistryServer server = inDirectory()) {
            assertThatThrownBy(this::inDirectory)
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(dir.toString());
            assertThat(server.address()).isNotEmpty();
        }
        inDirectory().close();
    }

    @Test
    void contentIsKeptOnceAndUntilItsLastLinkGoes() {
        try (RegistryServer server = inDirectory();
                Client client = new Client(server)) {
            Digest digest = client.pushBlob("acme/a", "blob");
            client.pushBlob("acme/b", "blob");
            assertThat(contentFile(digest)).hasContent("blob");
            client.delete("/v2/acme/a/blobs/" + digest).assertStatus(202);
            assertThat(contentFile(digest)).exists();
            client.delete("/v2/acme/b/blobs/" + digest).assertStatus(202);
            assertThat(contentFile(digest)).doesNotExist();
        }
    }

    @Test
    void memoryLimitCountsUploadsAndGivesBackWhatIsFreed() {
        try (RegistryServer server = RegistryServer.builder()
                        .storage(RegistryStorage.memory(1000))
                        .start();
                Client client = new Client(server)) {
            Digest first = client.pushBlob("acme/app", new byte[600]);
            String location = client.post("/v2/acme/app/blobs/uploads/").header("Location");
            client.send("PATCH", location, new byte[300]).assertStatus(202);
            byte[] more = {1, 2, 3};
            client.send("POST", "/v2/acme/app/blobs/uploads/?digest=" + Digest.sha256(more), new byte[101])
                    .assertError(413, "SIZE_INVALID");
            client.delete(location).assertStatus(204);
            client.pushBlob("acme/other", new byte[400]);
            client.pushBlob("acme/app", new byte[0]);
            client.delete("/v2/acme/app/blobs/" + first).assertStatus(202);
            client.pushBlob("acme/app", new byte[600]);
        }
    }

    @Test
    void sameBlobFromManyClientsIsStoredOnce() throws Exception {
        byte[] content = new byte[200_000];
        int clients = 8;
        CyclicBarrier together = new CyclicBarrier(clients);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try (RegistryServer server = inDirectory();
                Client client = new Client(server)) {
            List<Future<Digest>> pushes = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String repository = "acme/app" + i % 2;
                Callable<Digest> push = () -> {
                    together.await();
                    return client.pushBlob(repository, content);
                };
                pushes.add(threads.submit(push));
            }
            for (Future<Digest> push : pushes) {
                assertThat(push.get()).isEqualTo(Digest.sha256(content));
            }
            for (String repository : List.of("acme/app0", "acme/app1")) {
                assertThat(client.get("/v2/" + repository + "/blobs/" + Digest.sha256(content))
                                .body())
                        .isEqualTo(content);
            }
            try (Stream<Path> files = Files.walk(dir.resolve("blobs"))) {
                assertThat(files.filter(Files::isRegularFile)).hasSize(1);
            }
            assertThat(dir.resolve("tmp")).isEmptyDirectory();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void idleUploadExpires() {
        SettableClock clock = new SettableClock();
        try (RegistryServer server = RegistryServer.builder()
                        .storage(RegistryStorage.directory(dir))
                        .uploadExpiry(Duration.ofMinutes(10))
                        .clock(clock)
                        .start();
                Client client = new Client(server)) {
            String idle = client.post("/v2/acme/app/blobs/uploads/").header("Location");
            String used = client.post("/v2/acme/app/blobs/uploads/").header("Location");
            clock.advance(Duration.ofMinutes(9));
            client.send("PATCH", used, "a").assertStatus(202);
            clock.advance(Duration.ofMinutes(2));
            client.send("PATCH", idle, "a").assertError(404, "BLOB_UPLOAD_UNKNOWN");
            client.send("PATCH", used, "a").assertStatus(202);
            assertThat(dir.resolve("tmp")).isDirectoryContaining(file -> true);
            clock.advance(Duration.ofMinutes(11));
            client.get(used).assertError(404, "BLOB_UPLOAD_UNKNOWN");
            assertThat(dir.resolve("tmp")).isEmptyDirectory();
        }
    }

    private RegistryServer inDirectory() {
        return RegistryServer.builder().storage(RegistryStorage.directory(dir)).start();
    }

    private Path contentFile(Digest digest) {
        return dir.resolve("blobs")
                .resolve("sha256")
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    private static final class SettableClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

        void advance(Duration duration) {
            now.updateAndGet(instant -> instant.plus(duration));
        }

        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
