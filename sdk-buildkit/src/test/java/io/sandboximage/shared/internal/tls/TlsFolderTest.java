package io.sandboximage.shared.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFolderTest {
    private static final Instant NOW = Instant.now();
    private static final Duration LIFETIME = Duration.ofDays(90);
    private static final List<String> HOSTS = List.of("127.0.0.1", "::1", "builder.example.com", "localhost");

    @TempDir
    Path folder;

    @Test
    void certificatesSayWhatTheyAreFor() throws Exception {
        folder(Duration.ZERO).renew(HOSTS);
        Identity authority = read("authority.pem");
        Identity server = read("server.pem");
        Identity client = read("client.pem");

        assertThat(authority.certificate().getBasicConstraints()).isZero();
        assertThat(authority.certificate().getKeyUsage()).containsSequence(true, true);
        authority.certificate().checkValidity();
        for (Identity leaf : List.of(server, client)) {
            X509Certificate certificate = leaf.certificate();
            certificate.verify(authority.certificate().getPublicKey());
            certificate.checkValidity();
            assertThat(certificate.getVersion()).isEqualTo(3);
            assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
            assertThat(certificate.getIssuerX500Principal())
                    .isEqualTo(authority.certificate().getSubjectX500Principal());
            assertThat(leaf.expiry()).isBetween(NOW.plus(LIFETIME).minusSeconds(1), NOW.plus(LIFETIME));
        }
        assertThat(server.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(client.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(server.certificate().getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1", "builder.example.com", "localhost");
    }

    @Test
    void datesAfter2049AreWrittenWithTheirCentury() {
        Instant late = Instant.parse("2050-01-01T00:00:00Z");
        Identity authority = Certificates.authority("late", late, LIFETIME);
        assertThat(authority.expiry()).isEqualTo(late.plus(LIFETIME));
        assertThat(authority.certificate().getNotAfter().toInstant()).isEqualTo(late.plus(LIFETIME));
    }

    @Test
    void nothingIsMadeTwice() throws IOException {
        folder(Duration.ZERO).renew(HOSTS);
        List<String> before = texts();
        folder(Duration.ofDays(59)).renew(HOSTS);
        assertThat(texts()).isEqualTo(before);
    }

    @Test
    void lastThirdOfItsLifeIsTimeForANewOne() throws IOException {
        folder(Duration.ZERO).renew(HOSTS);
        String authority = text("ca.pem");
        TlsFolder later = folder(Duration.ofDays(61));
        assertThat(later.clientExpires()).isTrue();
        String server = text("server.pem");

        later.renewClient();
        assertThat(later.clientExpires()).isFalse();
        assertThat(text("server.pem")).isEqualTo(server);
        later.renew(HOSTS);
        assertThat(text("server.pem")).isNotEqualTo(server);
        assertThat(text("ca.pem")).isEqualTo(authority);
        assertThat(later.expiry(later.server()).orElseThrow()).isAfter(NOW.plus(Duration.ofDays(150)));
    }

    @Test
    void newAuthorityMeansNewCertificates() throws IOException {
        folder(Duration.ZERO).renew(HOSTS);
        List<String> before = texts();
        Files.writeString(folder.resolve("tls/authority.pem"), "damaged");
        folder(Duration.ZERO).renew(HOSTS);
        assertThat(texts()).doesNotContainAnyElementsOf(before);
        assertThat(read("client.pem").issuedBy(read("authority.pem"))).isTrue();
    }

    @Test
    void otherHostsMeanAnotherServerOnly() throws IOException {
        folder(Duration.ZERO).renew(HOSTS);
        List<String> before = texts();
        folder(Duration.ZERO).renew(List.of("localhost"));
        assertThat(texts()).element(1).isNotEqualTo(before.get(1));
        assertThat(texts()).element(2).isEqualTo(before.get(2));
        assertThatThrownBy(() -> folder(Duration.ZERO).renew(List.of("no host")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no host");
    }

    @Test
    void keysAreForThisUserOnly() throws IOException {
        folder(Duration.ZERO).renew(HOSTS);
        for (String file : List.of("authority.pem", "server.pem", "client.pem")) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(folder.resolve("tls").resolve(file))))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("tls"))))
                .isEqualTo("rwx------");
        assertThat(read("client.pem").toString()).doesNotContain("PRIVATE");
        folder(Duration.ZERO).remove();
        assertThat(folder.resolve("tls")).doesNotExist();
    }

    private TlsFolder folder(Duration later) {
        return new TlsFolder(folder.resolve("tls"), "test", LIFETIME, Clock.fixed(NOW.plus(later), ZoneOffset.UTC));
    }

    private List<String> texts() throws IOException {
        return List.of(text("ca.pem"), text("server.pem"), text("client.pem"));
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve("tls").resolve(file));
    }

    private Identity read(String file) throws IOException {
        return Identity.parse(text(file), file);
    }
}
