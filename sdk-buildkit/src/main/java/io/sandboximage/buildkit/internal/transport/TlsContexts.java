package io.sandboximage.buildkit.internal.transport;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS for clients, from certificates and keys in memory. */
public final class TlsContexts {
    private TlsContexts() {}

    /**
     * @param authorities whom to trust; null for those that the JVM trusts
     * @param chain with {@code key}, who we are; null for nobody
     */
    public static SSLContext trusting(
            @Nullable List<X509Certificate> authorities,
            @Nullable List<X509Certificate> chain,
            @Nullable PrivateKey key) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities == null ? null : store(authorities));
            return context(trust.getTrustManagers(), chain, key);
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(e);
        }
    }

    public static SSLContext with(TrustManager trust, @Nullable List<X509Certificate> chain, @Nullable PrivateKey key) {
        try {
            return context(new TrustManager[] {trust}, chain, key);
        } catch (GeneralSecurityException | IOException e) {
            throw unusable(e);
        }
    }

    private static SSLContext context(
            TrustManager[] trust, @Nullable List<X509Certificate> chain, @Nullable PrivateKey key)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers(chain, key), trust, null);
        return context;
    }

    private static KeyManager @Nullable [] keyManagers(@Nullable List<X509Certificate> chain, @Nullable PrivateKey key)
            throws GeneralSecurityException, IOException {
        if (key == null || chain == null) {
            return null;
        }
        KeyStore keys = emptyStore();
        keys.setKeyEntry("identity", key, new char[0], chain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore store(List<X509Certificate> certificates) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("ca" + i, certificates.get(i));
        }
        return store;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static InvalidRequestException unusable(Exception e) {
        return new InvalidRequestException("The TLS certificates and key cannot be used: " + e.getMessage(), e);
    }
}
