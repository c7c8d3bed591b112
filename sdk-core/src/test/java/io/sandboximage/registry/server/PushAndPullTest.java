package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.registry.server.Client.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("storages")
class PushAndPullTest {
    private static final String UPLOADS = "/v2/acme/app/blobs/uploads/";
    private static final String HELLO = "hello";

    @Parameter
    boolean memory;

    @TempDir
    Path dir;

    private RegistryServer server;
    private Client client;

    static Stream<Named<Boolean>> storages() {
        return Stream.of(Named.of("memory", true), Named.of("directory", false));
    }

    @BeforeEach
    void start() {
        server = RegistryServer.builder()
                .storage(memory ? RegistryStorage.memory() : RegistryStorage.directory(dir))
                .start();
        client = new Client(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void listensOnLoopbackAndSaysSo() {
        assertThat(server.address()).startsWith("127.0.0.1:");
        assertThat(server.url()).hasToString("http://" + server.address());
        assertThat(server.reference("acme/app", "v1")).hasToString(server.address() + "/acme/app:v1");
        assertThat(client.get("/v2/").status()).isEqualTo(200);
    }

    @Test
    void pulledImageIsThePushedOne() {
        Manifest image = client.pushImage("acme/app", "v1", "layer");
        Digest digest = image.descriptor().digest();

        Answer byTag = client.get("/v2/acme/app/manifests/v1");
        assertThat(byTag.body()).isEqualTo(image.bytes());
        assertThat(byTag.header("Content-Type")).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(byTag.header("Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(client.get("/v2/acme/app/manifests/" + digest).body()).isEqualTo(image.bytes());
        assertThat(client.get("/v2/acme/app/blobs/" + image.layers().get(0).digest())
                        .text())
                .isEqualTo("layer");
        Answer head = client.head("/v2/acme/app/manifests/v1");
        assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(image.bytes().length));
    }

    @Test
    void sessionCanBeReusedAsSoonAsItsAnswerIsThere() {
        // Once failed: the answer to POST was sent before the upload was free for the PUT.
        for (int i = 0; i < 50; i++) {
            String content = "blob " + i;
            String location = client.post(UPLOADS).header("Location");
            Answer put = client.send("PUT", location + "?digest=" + sha256(content), content);
            assertThat(put.status()).as(put.text()).isEqualTo(201);
        }
    }

    @Test
    void chunksMustComeInOrder() {
        String location = client.post(UPLOADS).header("Location");
        Answer first = client.send("PATCH", location, "he", "Content-Range", "0-1");
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("Range")).isEqualTo("0-1");

        Answer gap = client.send("PATCH", location, "lo", "Content-Range", "3-4");
        assertThat(gap.status()).isEqualTo(416);
        assertThat(gap.header("Range")).isEqualTo("0-1");
        Answer status = client.get(location);
        assertThat(status.status()).isEqualTo(204);
        assertThat(status.header("Range")).isEqualTo("0-1");

        client.send("PATCH", location, "l", "Content-Range", "2-2");
        Answer last = client.send("PUT", location + "?digest=" + sha256(HELLO), "lo", "Content-Range", "3-4");
        assertThat(last.status()).isEqualTo(201);
        assertThat(client.get(last.header("Location")).text()).isEqualTo(HELLO);
        client.get(location).assertError(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void wrongDigestIsRefusedAndEndsTheUpload() {
        String location = client.post(UPLOADS).header("Location");
        String wrong = "?digest=" + sha256("other");
        client.send("PUT", location + wrong, HELLO).assertError(400, "DIGEST_INVALID");
        client.get(location).assertError(404, "BLOB_UPLOAD_UNKNOWN");
        client.send("POST", UPLOADS + wrong, HELLO).assertError(400, "DIGEST_INVALID");
    }

    private static Digest sha256(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
