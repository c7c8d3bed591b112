package io.sandboximage.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The smallest low-level definition that makes a daemon fetch a local directory and do nothing else: so that transfers are
 * measured and not what is made of them. Protobuf by hand; numbers as in {@code pb.Definition}.
 */
final class LocalDefinition {
    private static final int LENGTH_DELIMITED = 2;
    private static final int MORE = 0x80;

    private LocalDefinition() {}

    /** @param name of the local directory in the session */
    static byte[] of(String name) {
        byte[] hint = message(field(1, "local.sharedkeyhint"), field(2, name));
        byte[] source = message(field(1, "local://" + name), field(2, hint));
        byte[] operation = message(field(3, source));
        byte[] end = message(field(1, message(field(1, "sha256:" + sha256(operation)))));
        return message(field(1, operation), field(1, end));
    }

    private static byte[] field(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] field(int number, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((number << 3) | LENGTH_DELIMITED);
        int length = bytes.length;
        while (length >= MORE) {
            out.write((length & (MORE - 1)) | MORE);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(bytes);
        return out.toByteArray();
    }

    private static byte[] message(byte[]... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            out.writeBytes(field);
        }
        return out.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }
}
