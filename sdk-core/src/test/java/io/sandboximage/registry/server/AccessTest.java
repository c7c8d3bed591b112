package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.registry.server.Client.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

class AccessTest {
    @Test
    void basicAuthIsAskedForAndChecked() {
        try (RegistryServer server =
                        RegistryServer.builder().basicAuth("user", "pä:ss").start();
                Client client = new Client(server)) {
            Answer refused = client.get("/v2/");
            refused.assertError(401, "UNAUTHORIZED");
            assertThat(refused.header("WWW-Authenticate")).startsWith("Basic realm=");
            for (String wrong : new String[] {
                Credentials.basic("user", "pass"),
                Credentials.basic("", ""),
                "Basic",
                "Basic !!!",
                "Bearer " + Base64.getEncoder().encodeToString("user:pä:ss".getBytes(StandardCharsets.UTF_8))
            }) {
                client.get("/v2/", "Authorization", wrong).assertError(401, "UNAUTHORIZED");
            }
            String right = Credentials.basic("user", "pä:ss", StandardCharsets.UTF_8);
            client.get("/v2/", "Authorization", right).assertStatus(200);
            client.get("/v2/", "Authorization", right.replace("Basic", "basic")).assertStatus(200);
        }
    }

    @Test
    void nothingCanBePushedWithoutThePassword() {
        try (RegistryServer server =
                        RegistryServer.builder().basicAuth("user", "pass").start();
                Client client = new Client(server)) {
            Digest digest = Digest.sha256(new byte[0]);
            client.post("/v2/acme/app/blobs/uploads/?digest=" + digest).assertError(401, "UNAUTHORIZED");
            client.get("/v2/acme/app/blobs/" + digest, "Authorization", Credentials.basic("user", "pass"))
                    .assertError(404, "NAME_UNKNOWN");
        }
    }

    @Test
    void tlsServesWithPemIdentity() {
        for (HeldCertificate.Builder kind : new HeldCertificate.Builder[] {
            new HeldCertificate.Builder().rsa2048(), new HeldCertificate.Builder().ecdsa256()
        }) {
            HeldCertificate identity =
                    kind.addSubjectAlternativeName("127.0.0.1").build();
            HandshakeCertificates trust = new HandshakeCertificates.Builder()
                    .addTrustedCertificate(identity.certificate())
                    .build();
            OkHttpClient https = new OkHttpClient.Builder()
                    .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                    .build();
            try (RegistryServer server = RegistryServer.builder()
                            .tls(ascii(identity.certificatePem()), ascii(identity.privateKeyPkcs8Pem()))
                            .start();
                    Client client = new Client(server, https)) {
                assertThat(server.url()).hasToString("https://" + server.address());
                Digest digest = client.pushBlob("acme/app", "x".repeat(300_000));
                assertThat(client.get("/v2/acme/app/blobs/" + digest).body()).hasSize(300_000);
            }
        }
    }

    @Test
    void keyInAnotherFormIsRefusedWithAdvice() {
        HeldCertificate identity = new HeldCertificate.Builder().rsa2048().build();
        byte[] certificate = ascii(identity.certificatePem());
        RegistryServer.Builder builder = RegistryServer.builder();
        assertThatThrownBy(() -> builder.tls(certificate, ascii(identity.privateKeyPkcs1Pem())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("openssl pkcs8");
        HeldCertificate other = new HeldCertificate.Builder().ecdsa256().build();
        assertThatThrownBy(() -> builder.tls(certificate, ascii(other.privateKeyPkcs8Pem())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("RSA");
        assertThatThrownBy(() -> builder.tls(new byte[0], ascii(identity.privateKeyPkcs8Pem())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("BEGIN CERTIFICATE");
    }

    @Test
    void readOnlyRegistryTakesNothing() {
        RegistryStorage storage = RegistryStorage.memory();
        byte[] manifest;
        try (RegistryServer server = RegistryServer.builder().storage(storage).start();
                Client client = new Client(server)) {
            manifest = client.pushImage("acme/app", "v1", "layer").bytes();
        }
        try (RegistryServer server =
                        RegistryServer.builder().storage(storage).readOnly().start();
                Client client = new Client(server)) {
            client.get("/v2/acme/app/manifests/v1").assertStatus(200);
            client.post("/v2/acme/app/blobs/uploads/").assertError(405, "UNSUPPORTED");
            client.putManifest("acme/app", "v2", MediaTypes.OCI_MANIFEST, manifest)
                    .assertError(405, "UNSUPPORTED");
            client.delete("/v2/acme/app/manifests/v1").assertError(405, "UNSUPPORTED");
            client.delete("/v2/acme/app/blobs/" + Digest.sha256("layer".getBytes(StandardCharsets.UTF_8)))
                    .assertError(405, "UNSUPPORTED");
        }
    }

    @Test
    void webPagesAreKeptOut() {
        try (RegistryServer server = RegistryServer.builder().start();
                Client client = new Client(server)) {
            client.get("/v2/", "Origin", "http://evil.example.com").assertError(403, "DENIED");
            client.get("/v2/", "Host", "evil.example.com").assertError(403, "DENIED");
            client.get("/v2/", "Host", "127.0.0.1.evil.example.com").assertError(403, "DENIED");
            for (String host : new String[] {"LOCALHOST:5000", "[::1]:5000", "app.localhost", "127.0.0.2"}) {
                client.get("/v2/", "Host", host).assertStatus(200);
            }
        }
    }

    @Test
    void portInUseIsSaidSo() {
        try (RegistryServer server = RegistryServer.builder().start()) {
            int port = server.url().getPort();
            assertThatThrownBy(() -> RegistryServer.builder().port(port).start())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + port);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
