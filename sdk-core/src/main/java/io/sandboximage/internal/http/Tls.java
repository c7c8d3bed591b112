package io.sandboximage.internal.http;

import io.sandboximage.error.InvalidRequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom an https client trusts, and as whom it introduces itself. */
public record Tls(SSLSocketFactory socketFactory, X509TrustManager trustManager) {
    /**
     * The context decides alone during the handshake. Its trust manager cannot be had from it; the platform's stands in where
     * okhttp looks at certificates afterwards, which can only make it share fewer connections.
     */
    public static Tls of(SSLContext context) {
        return new Tls(context.getSocketFactory(), systemTrust());
    }

    /**
     * The authorities that the JDK trusts, and those in {@code pem} besides.
     *
     * @throws InvalidRequestException if it holds no certificate
     */
    public static Tls trusting(byte[] pem) {
        try {
            Collection<? extends Certificate> added =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
            if (added.isEmpty()) {
                throw new InvalidRequestException("The PEM data of the additional authorities holds no certificate");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate known : systemTrust().getAcceptedIssuers()) {
                store.setCertificateEntry("system-" + number++, known);
            }
            for (Certificate certificate : added) {
                store.setCertificateEntry("added-" + number++, certificate);
            }
            X509TrustManager trust = trust(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return new Tls(context.getSocketFactory(), trust);
        } catch (GeneralSecurityException | IOException e) {
            throw new InvalidRequestException(
                    "Could not read the additional certificate authorities: " + e.getMessage()
                            + ". Give X.509 certificates in PEM form",
                    e);
        }
    }

    private static X509TrustManager systemTrust() {
        try {
            return trust(null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no default certificate authorities", e);
        }
    }

    private static X509TrustManager trust(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("no X.509 trust manager");
    }
}
