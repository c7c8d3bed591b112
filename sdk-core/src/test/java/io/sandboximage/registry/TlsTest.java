package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.progress.ProgressTask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import mockwebserver3.MockWebServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsTest extends RegistryFixture {
    private final HeldCertificate authority =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private final HeldCertificate certificate = new HeldCertificate.Builder()
            .addSubjectAlternativeName("localhost")
            .signedBy(authority)
            .build();

    @BeforeEach
    void serveHttps() {
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory());
        use(trusting());
    }

    @Test
    void trustsAnAuthorityThatWasAdded() {
        answer(status(200));

        client.ping(registry());

        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void usesAContextThatWasGiven() {
        use(RegistryClient.builder()
                .https(registry())
                .sslContext(new HandshakeCertificates.Builder()
                        .addTrustedCertificate(authority.certificate())
                        .build()
                        .sslContext()));
        answer(status(200));

        client.ping(registry());

        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void refusesAnUnknownAuthorityAtOnceAndTellsWhatToDo() {
        use(RegistryClient.builder().https(registry()));

        assertThatThrownBy(() -> client.ping(registry()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("add its authority");
        assertThat(waits).isEmpty();
    }

    @Test
    void tellsAtOnceThatAJavaTrustsNobody() throws Exception {
        KeyStore empty = KeyStore.getInstance(KeyStore.getDefaultType());
        empty.load(null, null);
        TrustManagerFactory nobody = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        nobody.init(empty);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, nobody.getTrustManagers(), null);
        use(RegistryClient.builder().https(registry()).sslContext(context));

        assertThatThrownBy(() -> client.ping(registry()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("cacerts");
        assertThat(waits).isEmpty();
    }

    @Test
    void tellsThatARegistrySpeaksPlainHttp() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> refuseEverything(plain));
            server.setDaemon(true);
            server.start();
            String registry = "localhost:" + plain.getLocalPort();
            use(RegistryClient.builder().https(registry));

            assertThatThrownBy(() -> client.ping(registry))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("plain http");
            assertThat(waits).isEmpty();
        }
    }

    private static void refuseEverything(ServerSocket listener) {
        try {
            while (true) {
                try (Socket socket = listener.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write(utf8("HTTP/1.1 400 Bad Request\r\n\r\n"));
                }
            }
        } catch (IOException closed) {
            return;
        }
    }

    @Test
    void sendsNoCredentialsToAPlainHttpRealm() throws Exception {
        try (MockWebServer realm = new MockWebServer()) {
            realm.start();
            use(trusting().credentials(host -> Optional.of(Credentials.basic("user", "secret"))));
            answer(status(401).setHeader("WWW-Authenticate", "Bearer realm=\"" + realm.url("/token") + "\""));

            assertThatThrownBy(() -> client.ping(registry()))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("plain http realm");
            assertThat(realm.getRequestCount()).isZero();
        }
    }

    @Test
    void staysWithHttpsWhereTheRegistryNamesItselfByHttp() throws Exception {
        answer(status(202).setHeader("Location", "http://" + registry() + "/u1"));
        answer(status(201));

        upload();

        request();
        assertThat(request().getHandshake()).isNotNull();
    }

    @Test
    void uploadsNothingToPlainHttpElsewhere() {
        answer(status(202).setHeader("Location", "http://example.com/u1"));

        assertThatThrownBy(this::upload)
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("example.com");
    }

    private void upload() {
        byte[] content = random(100_000);
        repository()
                .blobs()
                .upload(
                        Descriptor.of(MediaTypes.OCI_LAYER, content),
                        () -> new ByteArrayInputStream(content),
                        ProgressTask.silent(),
                        Optional.empty());
    }

    private RegistryClientBuilder trusting() {
        return RegistryClient.builder().https(registry()).trustCertificates(utf8(authority.certificatePem()));
    }
}
