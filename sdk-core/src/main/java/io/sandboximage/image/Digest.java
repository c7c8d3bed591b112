package io.sandboximage.image;

import io.sandboximage.error.InvalidContentException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest that names a blob by its content, {@code sha256:…} or {@code sha512:…} in lower-case hex (OCI image-spec,
 * descriptor.md, "Digests").
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

    /** The registered algorithms. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String prefix;
        private final String jcaName;
        private final int hexLength;

        Algorithm(String prefix, String jcaName, int hexLength) {
            this.prefix = prefix;
            this.jcaName = jcaName;
            this.hexLength = hexLength;
        }

        /** The part before the colon. */
        public String prefix() {
            return prefix;
        }

        public MessageDigest newMessageDigest() {
            try {
                return MessageDigest.getInstance(jcaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("This JDK lacks " + jcaName, e);
            }
        }
    }

    /** @throws InvalidContentException if {@code hex} has the wrong length or other characters than 0-9 and a-f */
    public Digest {
        if (hex.length() != algorithm.hexLength || !hex.chars().allMatch(Digest::isLowerHex)) {
            throw new InvalidContentException("\"" + algorithm.prefix + ":" + abbreviate(hex) + "\" is not a digest: "
                    + algorithm.prefix + " takes " + algorithm.hexLength + " lower-case hex characters");
        }
    }

    /** @throws InvalidContentException if {@code text} is no digest or uses an algorithm other than sha256 and sha512 */
    public static Digest parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (text.startsWith(algorithm.prefix + ":")) {
                return new Digest(algorithm, text.substring(algorithm.prefix.length() + 1));
            }
        }
        throw new InvalidContentException(
                "\"" + abbreviate(text) + "\" is not a digest: expected sha256:<64 hex> or sha512:<128 hex>");
    }

    /** The sha256 digest of {@code bytes}. */
    public static Digest sha256(byte[] bytes) {
        return of(Algorithm.SHA256, Algorithm.SHA256.newMessageDigest().digest(bytes));
    }

    /** A digest from the raw result of {@link MessageDigest#digest()}. */
    public static Digest of(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** Whether {@code bytes} have this digest. */
    public boolean matches(byte[] bytes) {
        return of(algorithm, algorithm.newMessageDigest().digest(bytes)).equals(this);
    }

    /** The first 12 hex characters, for people. */
    public String shortHex() {
        return hex.substring(0, 12);
    }

    @Override
    public int compareTo(Digest other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return algorithm.prefix + ":" + hex;
    }

    private static boolean isLowerHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    private static String abbreviate(String text) {
        return text.length() <= 150 ? text : text.substring(0, 150) + "…";
    }
}
