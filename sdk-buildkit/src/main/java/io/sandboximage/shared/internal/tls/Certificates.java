package io.sandboximage.shared.internal.tls;

import io.sandboximage.buildkit.internal.transport.Der;
import io.sandboximage.error.InvalidRequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Issues X.509 certificates (RFC 5280) with keys on the curve P-256. The JDK reads and checks certificates but has no public
 * class that writes them:
 *
 * <pre>
 * Certificate    ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING }
 * TBSCertificate ::= SEQUENCE { [0] version 2, serialNumber, signatureAlgorithm, issuer, validity, subject,
 *                               subjectPublicKeyInfo, [3] extensions }
 * </pre>
 */
final class Certificates {
    /** Clocks differ a little between machines. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;
    private static final int KEY_ID_BYTES = 20;
    /** From 2050 on dates are written with their century (RFC 5280, 4.1.2.5). */
    private static final int LAST_SHORT_YEAR = 2049;

    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int VERSION = 0xA0;
    private static final int EXTENSIONS = 0xA3;
    private static final int KEY_ID = 0x80;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;

    private static final byte[] ECDSA_WITH_SHA256 = oid("2a8648ce3d040302");
    private static final byte[] COMMON_NAME = oid("550403");
    private static final byte[] SUBJECT_KEY_ID = oid("551d0e");
    private static final byte[] KEY_USAGE = oid("551d0f");
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = oid("551d11");
    private static final byte[] BASIC_CONSTRAINTS = oid("551d13");
    private static final byte[] AUTHORITY_KEY_ID = oid("551d23");
    private static final byte[] EXTENDED_KEY_USAGE = oid("551d25");
    private static final byte[] SERVER_AUTH = oid("2b06010505070301");
    private static final byte[] CLIENT_AUTH = oid("2b06010505070302");

    private static final byte[] SIGNS_CERTIFICATES = Der.bits(1, new byte[] {0x06});
    private static final byte[] SIGNS_HANDSHAKES = Der.bits(7, new byte[] {(byte) 0x80});

    private static final SecureRandom RANDOM = new SecureRandom();

    private Certificates() {}

    /** An authority that signs itself. */
    static Identity authority(String name, Instant now, Duration lifetime) {
        KeyPair keys = newKeys();
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.yes(), Der.integer(BigInteger.ZERO))),
                extension(KEY_USAGE, true, SIGNS_CERTIFICATES),
                extension(SUBJECT_KEY_ID, false, Der.octets(keyId(keys.getPublic()))));
        return new Identity(
                sign(keys.getPrivate(), name(name), name(name), keys.getPublic(), now, lifetime, extensions),
                keys.getPrivate());
    }

    /** @param hosts DNS names and IP addresses that the server is called by */
    static Identity server(Identity authority, String name, List<String> hosts, Instant now, Duration lifetime) {
        byte[][] names = hosts.stream().map(Certificates::hostName).toArray(byte[][]::new);
        return issue(
                authority,
                name,
                SERVER_AUTH,
                now,
                lifetime,
                extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(names)));
    }

    static Identity client(Identity authority, String name, Instant now, Duration lifetime) {
        return issue(authority, name, CLIENT_AUTH, now, lifetime, new byte[0]);
    }

    private static Identity issue(
            Identity authority, String name, byte[] purpose, Instant now, Duration lifetime, byte[] more) {
        KeyPair keys = newKeys();
        byte[] authorityKey = Der.tagged(KEY_ID, keyId(authority.certificate().getPublicKey()));
        byte[] extensions = Der.sequence(
                extension(BASIC_CONSTRAINTS, true, Der.sequence()),
                extension(KEY_USAGE, true, SIGNS_HANDSHAKES),
                extension(EXTENDED_KEY_USAGE, false, Der.sequence(purpose)),
                extension(SUBJECT_KEY_ID, false, Der.octets(keyId(keys.getPublic()))),
                extension(AUTHORITY_KEY_ID, false, Der.sequence(authorityKey)),
                more);
        byte[] issuer = authority.certificate().getSubjectX500Principal().getEncoded();
        return new Identity(
                sign(authority.key(), issuer, name(name), keys.getPublic(), now, lifetime, extensions),
                keys.getPrivate());
    }

    private static X509Certificate sign(
            PrivateKey issuerKey,
            byte[] issuer,
            byte[] subject,
            PublicKey key,
            Instant now,
            Duration lifetime,
            byte[] extensions) {
        byte[] algorithm = Der.sequence(ECDSA_WITH_SHA256);
        byte[] toSign = Der.sequence(
                Der.tagged(VERSION, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE)),
                algorithm,
                issuer,
                Der.sequence(time(now.minus(SKEW)), time(now.plus(lifetime))),
                subject,
                key.getEncoded(),
                Der.tagged(EXTENSIONS, extensions));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuerKey);
            signature.update(toSign);
            byte[] der = Der.sequence(toSign, algorithm, Der.bits(0, signature.sign()));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate cannot be signed", e);
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no P-256 keys", e);
        }
    }

    private static byte[] name(String commonName) {
        return Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(commonName))));
    }

    /** By its form, so that nothing is looked up. */
    private static byte[] hostName(String host) {
        if (host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            ByteArrayOutputStream address = new ByteArrayOutputStream();
            for (String part : host.split("\\.")) {
                address.write(Integer.parseInt(part));
            }
            return Der.tagged(IP_ADDRESS, address.toByteArray());
        }
        if (host.equals("::1")) {
            byte[] loopback = new byte[16];
            loopback[15] = 1;
            return Der.tagged(IP_ADDRESS, loopback);
        }
        if (!host.matches("[A-Za-z0-9*]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            throw new InvalidRequestException("\"" + host
                    + "\" is no host that a certificate can be made for: give a DNS name or an IPv4 address");
        }
        return Der.tagged(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] time(Instant time) {
        var date = time.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC);
        boolean old = date.getYear() <= LAST_SHORT_YEAR;
        String text = DateTimeFormatter.ofPattern(old ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'", Locale.ROOT)
                .format(date);
        return Der.tagged(old ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] extension(byte[] id, boolean critical, byte[] value) {
        return critical ? Der.sequence(id, Der.yes(), Der.octets(value)) : Der.sequence(id, Der.octets(value));
    }

    /** The leftmost bits of a hash of the key (RFC 7093, 2). */
    private static byte[] keyId(PublicKey key) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()), KEY_ID_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    private static byte[] oid(String hex) {
        return Der.tagged(0x06, HexFormat.of().parseHex(hex));
    }
}
