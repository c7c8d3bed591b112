package io.sandboximage.buildkit.internal.transport;

import io.sandboximage.error.InvalidRequestException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM (RFC 7468). The JDK takes keys only as PKCS#8 (RFC 5208), so PKCS#1 and SEC1 keys are wrapped into it. */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    /** AlgorithmIdentifier of rsaEncryption with NULL parameters (RFC 8017, A.1). */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** The object identifier id-ecPublicKey (RFC 5480, 2.1.1). */
    private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");

    private static final byte[] VERSION_0 = {2, 1, 0};
    /** The context tag [0] of an ECPrivateKey that holds its curve (RFC 5915, 3). */
    private static final int EC_PARAMETERS = 0xA0;

    private Pem() {}

    /** @param what for messages */
    public static List<X509Certificate> certificates(String pem, String what) {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(pem);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (matcher.find()) {
                if (matcher.group(1).equals("CERTIFICATE")) {
                    byte[] der = decode(matcher.group(2), what);
                    certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
                }
            }
        } catch (CertificateException e) {
            throw new InvalidRequestException("The " + what + " cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new InvalidRequestException(
                    "The " + what + " holds no certificate: expected PEM with \"-----BEGIN CERTIFICATE-----\"");
        }
        return certificates;
    }

    /** The first private key; its bytes never show in messages. */
    public static PrivateKey privateKey(String pem) {
        Matcher matcher = BLOCK.matcher(pem);
        while (matcher.find()) {
            byte[] der = decode(matcher.group(2), "private key");
            switch (matcher.group(1)) {
                case "PRIVATE KEY" -> {
                    return parse(der);
                }
                case "RSA PRIVATE KEY" -> {
                    return parse(pkcs8(RSA, der));
                }
                case "EC PRIVATE KEY" -> {
                    return parse(pkcs8(Der.sequence(EC_OID, curve(der)), der));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new InvalidRequestException(
                            "The private key is encrypted: decrypt it first, for instance with openssl pkcs8");
                default -> {} // EC PARAMETERS and certificates may stand in front.
            }
        }
        throw new InvalidRequestException(
                "There is no private key: expected PEM with PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY");
    }

    private static PrivateKey parse(byte[] pkcs8) {
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException ignored) {
                // Another type of key.
            } catch (GeneralSecurityException e) {
                throw new InvalidRequestException("This JVM cannot read " + algorithm + " keys", e);
            }
        }
        throw new InvalidRequestException("The private key is damaged, or neither RSA nor EC nor Ed25519");
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return Der.sequence(VERSION_0, algorithm, Der.octets(key));
    }

    /** The curve's object identifier out of an ECPrivateKey: SEQUENCE { version, key, [0] curve, … }. */
    private static byte[] curve(byte[] der) {
        try {
            int position = Der.contentStart(der, 0);
            while (position < der.length) {
                int start = Der.contentStart(der, position);
                int end = Der.contentEnd(der, position);
                if ((der[position] & 0xFF) == EC_PARAMETERS) {
                    return Arrays.copyOfRange(der, start, end);
                }
                position = end;
            }
        } catch (IndexOutOfBoundsException e) {
            throw new InvalidRequestException("The EC private key is damaged", e);
        }
        throw new InvalidRequestException("The EC private key does not name its curve: convert it to PKCS#8");
    }

    private static byte[] decode(String base64, String what) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("The " + what + " is not valid PEM", e);
        }
    }
}
