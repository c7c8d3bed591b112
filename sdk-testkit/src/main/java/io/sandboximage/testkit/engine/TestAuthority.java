package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An authority made for one test, and a server's certificate of it that is good for loopback and for more names. Programs in Go
 * trust it by {@code SSL_CERT_FILE}. Needs openssl.
 */
public final class TestAuthority {
    private static final String PASSWORD = "test";

    private final Path folder;

    private TestAuthority(Path folder) {
        this.folder = folder;
    }

    /** @param names that servers are to have besides {@code localhost} and {@code 127.0.0.1} */
    public static TestAuthority make(Path folder, List<String> names) {
        String extension = names.stream().map(name -> "DNS:" + name + ",").collect(Collectors.joining())
                + "DNS:localhost,IP:127.0.0.1";
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("server.ext"), "subjectAltName=" + extension + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TestAuthority authority = new TestAuthority(folder);
        authority.openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -keyout ca.key -out ca.pem");
        authority.openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr");
        authority.openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
                + " -extfile server.ext -out server.pem");
        authority.openssl("pkcs12 -export -in server.pem -inkey server.key -certfile ca.pem -out server.p12"
                + " -passout pass:" + PASSWORD);
        return authority;
    }

    /** The authority's certificate, in PEM. */
    public Path certificate() {
        return folder.resolve("ca.pem");
    }

    /** The server's identity; the password is that of {@link #password()}. */
    public KeyStore serverKeys() {
        try (InputStream in = Files.newInputStream(folder.resolve("server.p12"))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public String password() {
        return PASSWORD;
    }

    /** For servers. */
    public SSLContext serverContext() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(serverKeys(), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void openssl(String arguments) {
        Command.of("openssl")
                .with((Object[]) arguments.split(" "))
                .in(folder)
                .run()
                .orFail();
    }
}
