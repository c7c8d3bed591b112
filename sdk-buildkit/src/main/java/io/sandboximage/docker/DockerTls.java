package io.sandboximage.docker;

import io.sandboximage.buildkit.internal.transport.Pem;
import io.sandboximage.buildkit.internal.transport.TlsContexts;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The TLS files of the {@code docker} command: {@code ca.pem}, {@code cert.pem} and {@code key.pem} in one directory. */
final class DockerTls {
    private DockerTls() {}

    /** @param verified false where the user asked docker not to check the engine's certificate */
    static SSLContext context(Path directory, boolean verified) {
        @Nullable
        List<X509Certificate> authorities = read(directory.resolve("ca.pem"))
                .map(pem -> Pem.certificates(pem, "CA certificate"))
                .orElse(null);
        @Nullable
        List<X509Certificate> chain = read(directory.resolve("cert.pem"))
                .map(pem -> Pem.certificates(pem, "client certificate"))
                .orElse(null);
        @Nullable
        PrivateKey key = read(directory.resolve("key.pem")).map(Pem::privateKey).orElse(null);
        return verified ? TlsContexts.trusting(authorities, chain, key) : TlsContexts.with(new Trustful(), chain, key);
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Trusts everybody, which is what {@code SkipTLSVerify} and {@code DOCKER_TLS} without verification ask for. */
    private static final class Trustful extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
