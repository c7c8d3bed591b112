package io.sandboximage.buildkit.internal.transport;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The distinguished encoding of ASN.1 values (ITU-T X.690), as much as keys and certificates need. */
public final class Der {
    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0C;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    private Der() {}

    public static byte[] sequence(byte[]... elements) {
        return tagged(SEQUENCE, elements);
    }

    public static byte[] set(byte[]... elements) {
        return tagged(SET, elements);
    }

    public static byte[] integer(BigInteger number) {
        return tagged(INTEGER, number.toByteArray());
    }

    public static byte[] octets(byte[] content) {
        return tagged(OCTET_STRING, content);
    }

    /** @param unusedBits at the end of the last byte */
    public static byte[] bits(int unusedBits, byte[] content) {
        return tagged(BIT_STRING, new byte[] {(byte) unusedBits}, content);
    }

    public static byte[] text(String text) {
        return tagged(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The boolean true; DER leaves out what has its default value, and that is false nearly everywhere. */
    public static byte[] yes() {
        return tagged(BOOLEAN, new byte[] {(byte) 0xFF});
    }

    /** Any value, from its tag and the parts of its content. */
    public static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        // DER wants the shortest form of a length.
        if (content.size() < 0x80) {
            out.write(content.size());
        } else if (content.size() < 0x100) {
            out.write(0x81);
            out.write(content.size());
        } else {
            out.write(0x82);
            out.write(content.size() >> 8);
            out.write(content.size());
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** Where the content of the value that begins at {@code at} begins. */
    public static int contentStart(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
    }

    /** Where the content of the value that begins at {@code at} ends, and the next value may begin. */
    public static int contentEnd(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        if (first < 0x80) {
            return at + 2 + first;
        }
        int length = 0;
        for (int i = 0; i < (first & 0x7F); i++) {
            length = (length << 8) | (der[at + 2 + i] & 0xFF);
        }
        return contentStart(der, at) + length;
    }
}
