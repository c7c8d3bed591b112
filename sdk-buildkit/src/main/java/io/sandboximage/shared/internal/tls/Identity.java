package io.sandboximage.shared.internal.tls;

import io.sandboximage.buildkit.internal.transport.Der;
import io.sandboximage.buildkit.internal.transport.Pem;
import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;

/** A certificate and the key that belongs to it. */
record Identity(X509Certificate certificate, PrivateKey key) {
    /** Version, serial number, algorithm and issuer. */
    private static final int FIELDS_BEFORE_VALIDITY = 4;

    private static final int SHORT_DATE = "yyMMddHHmmssZ".length();
    private static final int LINE_LENGTH = 64;
    private static final Base64.Encoder BASE_64 = Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'});

    /** @param pem as {@link #pem} writes it */
    static Identity parse(String pem, String what) {
        return new Identity(Pem.certificates(pem, what).get(0), Pem.privateKey(pem));
    }

    /** Both in one text, so that they can be replaced at once; holds the secret key. */
    String pem() {
        return certificatePem() + block("PRIVATE KEY", key.getEncoded());
    }

    String certificatePem() {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate has no encoding", e);
        }
    }

    /** Whether the other one signed this one. */
    boolean issuedBy(Identity authority) {
        try {
            certificate.verify(authority.certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** When the certificate ends. Read from its encoding, since the JDK's own getter speaks in the old type for dates. */
    Instant expiry() {
        try {
            byte[] der = certificate.getTBSCertificate();
            int at = Der.contentStart(der, 0);
            for (int i = 0; i < FIELDS_BEFORE_VALIDITY; i++) {
                at = Der.contentEnd(der, at);
            }
            int notAfter = Der.contentEnd(der, Der.contentStart(der, at));
            int start = Der.contentStart(der, notAfter);
            String text = new String(der, start, Der.contentEnd(der, notAfter) - start, StandardCharsets.US_ASCII);
            String pattern = text.length() == SHORT_DATE ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'";
            return LocalDateTime.parse(text, DateTimeFormatter.ofPattern(pattern, Locale.ROOT))
                    .toInstant(ZoneOffset.UTC);
        } catch (GeneralSecurityException | IndexOutOfBoundsException | DateTimeException e) {
            throw new InvalidRequestException("The dates of the certificate " + this + " cannot be read", e);
        }
    }

    private static String block(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + new String(BASE_64.encode(der), StandardCharsets.US_ASCII)
                + "\n-----END " + type + "-----\n";
    }

    @Override
    public String toString() {
        return certificate.getSubjectX500Principal().getName();
    }
}
