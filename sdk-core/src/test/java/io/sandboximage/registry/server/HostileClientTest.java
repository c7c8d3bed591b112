package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileClientTest {
    private static final int LIMIT = 100_000;

    @TempDir
    Path parent;

    private Path dir;
    private RegistryServer server;
    private Client client;

    @BeforeEach
    void start() {
        dir = parent.resolve("store");
        server = RegistryServer.builder()
                .storage(RegistryStorage.directory(dir))
                .maxBlobBytes(LIMIT)
                .stallTimeout(Duration.ofMillis(300))
                .start();
        client = new Client(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/../../etc/passwd",
                "/v2/../tags/list",
                "/v2/..%2f..%2fsecret/tags/list",
                "/v2/%2e%2e/%2e%2e/secret/manifests/v1",
                "/v2/acme/../../secret/tags/list",
                "/v2//tags/list",
                "/v2/acme//app/tags/list",
                "/v2/Acme/tags/list",
                "/v2/_tags/manifests/v1",
                "/v2/acme/_blobs/manifests/v1",
                "/v2/acme/app/manifests/..",
                "/v2/acme/app/manifests/%2e%2e%2f%2e%2e%2fsecret",
                "/v2/acme/app/manifests/..%5c..%5csecret",
                "/v2/acme/app/manifests/v1%00",
                "/v2/acme/app/blobs/..%2f..%2f..%2fsecret",
                "/v2/acme/app/blobs/sha256:..%2f..%2fsecret",
                "/v2/acme/app/blobs/uploads/..%2f..%2fsecret",
                "/v2/acme/app/blobs/uploads/tmp",
                "/secret",
                "/v1/_ping"
            })
    void pathsCannotClimb(String path) throws IOException {
        Files.writeString(parent.resolve("secret"), "secret");
        client.pushImage("acme/app", "v1", "layer");
        for (String method : List.of("GET", "PUT", "DELETE")) {
            String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("root:");
        }
        assertThat(parent.resolve("secret")).hasContent("secret");
        client.get("/v2/acme/app/manifests/v1").assertStatus(200);
    }

    @Test
    void longNamesAreRefused() {
        client.get("/v2/" + "a".repeat(256) + "/tags/list").assertError(400, "NAME_INVALID");
        client.get("/v2/" + "a-".repeat(120) + "a/tags/list").assertError(404, "NAME_UNKNOWN");
        client.get("/v2/" + "a/".repeat(5000) + "tags/list").assertError(404, "UNSUPPORTED");
        client.get("/v2/acme/app/manifests/" + "a".repeat(129)).assertStatus(404);
    }

    @Test
    void largeManifestIsRefusedWithAndWithoutALength() {
        byte[] large = new byte[Manifest.MAX_BYTES + 1];
        client.putManifest("acme/app", "v1", MediaTypes.OCI_MANIFEST, large).assertError(413, "SIZE_INVALID");
        client.call("PUT", "/v2/acme/app/manifests/v1", chunked(large)).assertError(413, "SIZE_INVALID");
    }

    @Test
    void largeBlobIsRefusedWithAndWithoutALength() throws IOException {
        byte[] large = new byte[LIMIT + 1];
        String path = "/v2/acme/app/blobs/uploads/?digest=" + Digest.sha256(large);
        client.send("POST", path, large).assertError(413, "SIZE_INVALID");
        client.call("POST", path, chunked(large)).assertError(413, "SIZE_INVALID");
        assertThat(filesBelow("tmp")).isEmpty();
        client.pushBlob("acme/app", new byte[LIMIT]);
    }

    @Test
    void jsonBombIsAnInvalidManifest() {
        byte[] deep = ("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}").getBytes(StandardCharsets.US_ASCII);
        client.putManifest("acme/app", "v1", MediaTypes.OCI_MANIFEST, deep).assertError(400, "MANIFEST_INVALID");
        byte[] number = "{\"schemaVersion\":1e999999999}".getBytes(StandardCharsets.US_ASCII);
        client.putManifest("acme/app", "v1", MediaTypes.OCI_MANIFEST, number).assertError(400, "MANIFEST_INVALID");
    }

    @Test
    void abortedUploadLeavesNothing() throws Exception {
        Digest digest = Digest.sha256(new byte[1000]);
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v2/acme/app/blobs/uploads/?digest=" + digest
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nonly this");
            // Half of it and then the end: the server sees the end of the stream in mid-body.
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(filesBelow("tmp")).isEmpty();
        assertThat(filesBelow("blobs")).isEmpty();
        client.get("/v2/acme/app/blobs/" + digest).assertStatus(404);
    }

    @Test
    void brokenChunkCanBeContinued() throws Exception {
        String location = client.post("/v2/acme/app/blobs/uploads/").header("Location");
        try (Socket socket = connect()) {
            write(socket, "PATCH " + location + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n01234");
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertThat(client.get(location).assertStatus(204).header("Range")).isEqualTo("0-4");
        client.send("PATCH", location, "56789", "Content-Range", "5-9").assertStatus(202);
        Digest digest = Digest.sha256("0123456789".getBytes(StandardCharsets.US_ASCII));
        client.send("PUT", location + "?digest=" + digest, "").assertStatus(201);
    }

    @Test
    void clientThatStopsInItsHeadersIsDropped() throws IOException {
        try (Socket socket = connect()) {
            write(socket, "GET /v2/ HTTP/1.1\r\nHost: loc");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        client.get("/v2/").assertStatus(200);
    }

    @Test
    void clientThatTriesTlsOnAPlainPortIsDroppedAtOnce() throws IOException {
        try (RegistryServer patient = RegistryServer.builder()
                        .stallTimeout(Duration.ofDays(1))
                        .start();
                Socket socket = new Socket("127.0.0.1", patient.url().getPort())) {
            socket.setSoTimeout(30_000);
            write(
                    socket,
                    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003 a hello without line ends");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void clientThatStopsInItsBodyIsDropped() throws IOException {
        try (Socket socket = connect()) {
            write(
                    socket,
                    "POST /v2/acme/app/blobs/uploads/?digest=" + Digest.sha256(new byte[0])
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nonly this");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        server.close(); // waits for the request to end
        assertThat(filesBelow("tmp")).isEmpty();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(server.url().getHost(), server.url().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            write(socket, request);
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(15), StandardCharsets.ISO_8859_1);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static RequestBody chunked(byte[] content) {
        return new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get(MediaTypes.OCI_MANIFEST);
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.write(content);
            }
        };
    }

    private List<Path> filesBelow(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(dir.resolve(folder))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
