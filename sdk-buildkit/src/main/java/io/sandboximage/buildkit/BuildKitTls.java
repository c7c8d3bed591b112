package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.transport.Pem;
import io.sandboximage.buildkit.internal.transport.TlsContexts;
import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust and who we are, from PEM text that never touches a file. Keys may be PKCS#8, PKCS#1 (RSA) or SEC1 (EC), and of
 * type RSA, EC or Ed25519. Immutable.
 */
public final class BuildKitTls {
    private final @Nullable List<X509Certificate> authorities;
    private final @Nullable List<X509Certificate> chain;
    private final @Nullable PrivateKey key;
    private final Optional<String> serverName;

    private BuildKitTls(
            @Nullable List<X509Certificate> authorities,
            @Nullable List<X509Certificate> chain,
            @Nullable PrivateKey key,
            Optional<String> serverName) {
        this.authorities = authorities;
        this.chain = chain;
        this.key = key;
        this.serverName = serverName;
    }

    /** Trusts the certificate authorities that the JVM trusts. */
    public static BuildKitTls systemTrust() {
        return new BuildKitTls(null, null, null, Optional.empty());
    }

    /**
     * Trusts these certificate authorities and no others.
     *
     * @throws InvalidRequestException if there is no certificate in {@code pem}
     */
    public static BuildKitTls trusting(byte[] pem) {
        return new BuildKitTls(Pem.certificates(text(pem), "CA certificate"), null, null, Optional.empty());
    }

    /**
     * Identifies us to the daemon.
     *
     * @param certificates our certificate, then those that it was signed with
     * @throws InvalidRequestException if one of them cannot be read; the message never shows the key
     */
    public BuildKitTls identity(byte[] certificates, byte[] privateKey) {
        return new BuildKitTls(
                authorities,
                Pem.certificates(text(certificates), "client certificate"),
                Pem.privateKey(text(privateKey)),
                serverName);
    }

    /** The name that the daemon's certificate must carry, where it is not the host of the address. */
    public BuildKitTls serverName(String name) {
        return new BuildKitTls(authorities, chain, key, Optional.of(name));
    }

    Optional<String> serverName() {
        return serverName;
    }

    SSLContext context() {
        return TlsContexts.trusting(authorities, chain, key);
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return key == null ? "TLS" : "mutual TLS";
    }
}
