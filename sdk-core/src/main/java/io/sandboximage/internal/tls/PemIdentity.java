package io.sandboximage.internal.tls;

import io.sandboximage.error.InvalidRequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate chain with its private key, to prove who one is. Never shows the key. */
public final class PemIdentity {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final String PKCS8 = "PRIVATE KEY";

    private final List<Certificate> chain;
    private final PrivateKey key;

    private PemIdentity(List<Certificate> chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /**
     * @param certificateChain PEM, the own certificate first
     * @param privateKey PEM with a PKCS#8 key that is not encrypted
     * @throws InvalidRequestException if they cannot be read
     */
    public static PemIdentity parse(byte[] certificateChain, byte[] privateKey) {
        List<Certificate> chain = certificates(certificateChain);
        return new PemIdentity(
                chain, key(privateKey, chain.get(0).getPublicKey().getAlgorithm()));
    }

    /** A TLS context for a server that shows this identity and asks clients for none. */
    public SSLContext serverContext() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] noPassword = {};
            store.setKeyEntry("identity", key, noPassword, chain.toArray(new Certificate[0]));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, noPassword);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new InvalidRequestException(
                    "Could not use the certificate and its key for TLS: " + e.getMessage(), e);
        }
    }

    private static List<Certificate> certificates(byte[] pem) {
        try {
            List<Certificate> chain = List.copyOf(
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)));
            if (chain.isEmpty()) {
                throw new InvalidRequestException(
                        "The PEM text of the certificate has no block -----BEGIN CERTIFICATE-----");
            }
            return chain;
        } catch (CertificateException e) {
            throw new InvalidRequestException("The PEM text of the certificate cannot be read: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(byte[] pem, String algorithm) {
        Matcher matcher = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        String other = "none";
        while (matcher.find()) {
            if (matcher.group(1).equals(PKCS8)) {
                return decode(matcher.group(2), algorithm);
            }
            if (matcher.group(1).endsWith(PKCS8)) {
                other = matcher.group(1);
            }
        }
        throw new InvalidRequestException("The PEM text of the key needs a block -----BEGIN " + PKCS8 + "----- (found: "
                + other + "). Convert the key with: openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW");
    }

    private static PrivateKey decode(String base64, String algorithm) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(base64);
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidRequestException(
                    "The private key is not a " + algorithm + " key in PKCS#8 form, as the certificate needs it", e);
        }
    }
}
