package io.sandboximage.internal.tar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One tar header (POSIX.1-2001 ustar), a function of its values alone: no clock, no locale, no user database. Names that do not
 * fit get a PAX header before them; numbers that do not fit are written in base 256, which every current reader knows.
 *
 * <pre>
 * name 100 | mode 8 | uid 8 | gid 8 | size 12 | mtime 12 | sum 8 | type 1 | link 100 | magic 8 | user 32 | group 32 | major 8 | minor 8 | prefix 155 | 12
 * </pre>
 *
 * @param name path without a leading slash, raw bytes; directories end with a slash
 * @param type one of the {@code TYPE_} constants
 * @param mode the low 12 mode bits
 * @param mtimeSeconds since 1970, UTC
 * @param link target of a link, raw bytes; empty otherwise
 */
public record TarHeader(
        byte[] name,
        char type,
        int mode,
        long uid,
        long gid,
        long sizeBytes,
        long mtimeSeconds,
        byte[] link,
        int major,
        int minor) {
    public static final int BLOCK_BYTES = 512;
    public static final char TYPE_FILE = '0';
    public static final char TYPE_HARD_LINK = '1';
    public static final char TYPE_SYMLINK = '2';
    public static final char TYPE_CHARACTER_DEVICE = '3';
    public static final char TYPE_BLOCK_DEVICE = '4';
    public static final char TYPE_DIRECTORY = '5';
    public static final char TYPE_FIFO = '6';
    private static final char TYPE_PAX = 'x';

    private static final int NAME_BYTES = 100;
    private static final int LINK_OFFSET = 157;
    private static final int CHECKSUM_OFFSET = 148;
    private static final byte[] PAX_NAME = ascii("PaxHeaders/entry");

    /** A plain file that root owns and everybody may read. */
    public static TarHeader file(String name, long sizeBytes, long mtimeSeconds) {
        return new TarHeader(ascii(name), TYPE_FILE, 0644, 0, 0, sizeBytes, mtimeSeconds, new byte[0], 0, 0);
    }

    /** A directory that root owns. */
    public static TarHeader directory(String name, long mtimeSeconds) {
        return new TarHeader(ascii(name + "/"), TYPE_DIRECTORY, 0755, 0, 0, 0, mtimeSeconds, new byte[0], 0, 0);
    }

    /** Zeros that fill the last block of a file of this size. */
    public static byte[] padding(long sizeBytes) {
        return new byte[(int) ((BLOCK_BYTES - sizeBytes % BLOCK_BYTES) % BLOCK_BYTES)];
    }

    /** The two empty blocks that end an archive. */
    public static byte[] end() {
        return new byte[2 * BLOCK_BYTES];
    }

    /** The header in whole blocks; one block if name and link have up to 100 bytes. */
    public byte[] encode() {
        ByteArrayOutputStream pax = new ByteArrayOutputStream();
        if (name.length > NAME_BYTES) {
            paxRecord(pax, "path", name);
        }
        if (link.length > NAME_BYTES) {
            paxRecord(pax, "linkpath", link);
        }
        if (pax.size() == 0) {
            return block(name, link);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] records = pax.toByteArray();
        if (!isUtf8(name) || !isUtf8(link)) {
            ByteArrayOutputStream binary = new ByteArrayOutputStream();
            paxRecord(binary, "hdrcharset", ascii("BINARY"));
            binary.writeBytes(records);
            records = binary.toByteArray();
        }
        TarHeader header =
                new TarHeader(PAX_NAME, TYPE_PAX, 0644, 0, 0, records.length, mtimeSeconds, new byte[0], 0, 0);
        all.writeBytes(header.block(PAX_NAME, new byte[0]));
        all.writeBytes(records);
        all.writeBytes(padding(records.length));
        all.writeBytes(block(cut(name), cut(link)));
        return all.toByteArray();
    }

    private byte[] block(byte[] shortName, byte[] shortLink) {
        byte[] block = new byte[BLOCK_BYTES];
        System.arraycopy(shortName, 0, block, 0, shortName.length);
        number(block, 100, 8, mode);
        number(block, 108, 8, uid);
        number(block, 116, 8, gid);
        number(block, 124, 12, sizeBytes);
        number(block, 136, 12, mtimeSeconds);
        block[LINK_OFFSET - 1] = (byte) type;
        System.arraycopy(shortLink, 0, block, LINK_OFFSET, shortLink.length);
        System.arraycopy(ascii("ustar\00000"), 0, block, 257, 8);
        if (type == TYPE_CHARACTER_DEVICE || type == TYPE_BLOCK_DEVICE) {
            number(block, 329, 8, major);
            number(block, 337, 8, minor);
        }
        checksum(block);
        return block;
    }

    private static void checksum(byte[] block) {
        Arrays.fill(block, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 8, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xFF;
        }
        octal(block, CHECKSUM_OFFSET, 6, sum);
        block[CHECKSUM_OFFSET + 6] = 0;
    }

    private static void number(byte[] block, int offset, int length, long value) {
        int digits = length - 1;
        if (value >= 0 && (digits >= 21 || value < 1L << (3 * digits))) {
            octal(block, offset, digits, value);
            return;
        }
        for (int i = 0; i < length; i++) {
            int shift = 8 * (length - 1 - i);
            block[offset + i] = (byte) (shift >= Long.SIZE ? (value < 0 ? -1 : 0) : value >> shift);
        }
        block[offset] = (byte) (value < 0 ? 0xFF : block[offset] | 0x80);
    }

    private static void octal(byte[] block, int offset, int digits, long value) {
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            block[offset + i] = (byte) ('0' + (rest & 7));
            rest >>= 3;
        }
    }

    /** {@code "<length> <key>=<value>\n"}, where the length counts its own digits. */
    private static void paxRecord(ByteArrayOutputStream out, String key, byte[] value) {
        int rest = key.length() + value.length + 3;
        int length = rest + 1;
        while (length != rest + Integer.toString(length).length()) {
            length = rest + Integer.toString(length).length();
        }
        out.writeBytes(ascii(length + " " + key + "="));
        out.writeBytes(value);
        out.write('\n');
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static byte[] cut(byte[] bytes) {
        return bytes.length > NAME_BYTES ? Arrays.copyOf(bytes, NAME_BYTES) : bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
