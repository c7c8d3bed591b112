package io.sandboximage.ext4.internal.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What extended attributes look like, in the rest of an inode and in a block.
 *
 * <pre>
 * inode:  magic u32 | entries … 0 u32 | free | values, from the end downwards
 * block:  magic u32 | references u32 | blocks u32 | hash u32 | checksum u32 | 0 (12 bytes) | entries … 0 u32 | free | values
 * entry:  name length u8 | name index u8 | value offset u16 | value inode u32 | value size u32 | hash u32 | name, padded
 * </pre>
 *
 * Value offsets count from the first entry in an inode, and from the start of the block in a block.
 */
public final class XattrFormat {
    public static final int MAGIC = 0xEA020000;
    public static final int INODE_HEADER_BYTES = 4;
    public static final int BLOCK_HEADER_BYTES = 32;
    public static final int ENTRY_HEADER_BYTES = 16;

    /** The zero word that ends the entries. */
    public static final int END_BYTES = 4;

    private static final int REFERENCES = 4;
    private static final int BLOCKS = 8;
    private static final int HASH = 12;
    private static final int CHECKSUM = 16;
    private static final int NAME_SHIFT = 5;
    private static final int VALUE_SHIFT = 16;

    /** Longer prefixes first: the first that fits is the right one. */
    private static final Prefix[] PREFIXES = {
        new Prefix(3, "system.posix_acl_default"),
        new Prefix(2, "system.posix_acl_access"),
        new Prefix(8, "system.richacl"),
        new Prefix(6, "security."),
        new Prefix(4, "trusted."),
        new Prefix(7, "system."),
        new Prefix(1, "user."),
    };

    private XattrFormat() {}

    /** A beginning of attribute names that is stored as a number. */
    public record Prefix(int index, String text) {
        /** The rest of the name, in bytes. */
        public byte[] rest(String name) {
            return name.substring(text.length()).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The prefix of a full name; index 0, the empty text, if there is none. */
    public static Prefix prefixOf(String name) {
        for (Prefix prefix : PREFIXES) {
            if (name.startsWith(prefix.text())) {
                return prefix;
            }
        }
        return new Prefix(0, "");
    }

    /** Whether Linux and ext4 can keep an attribute of this full name. */
    public static boolean supports(String name) {
        Prefix prefix = prefixOf(name);
        boolean list = PosixAcl.isAcl(name);
        return switch (prefix.index()) {
            case 1, 4, 6 -> name.length() > prefix.text().length();
            case 2, 3 -> list;
            default -> false;
        };
    }

    /** The text of a prefix by its number; null if the number is not known. */
    public static @Nullable String prefixText(int index) {
        if (index == 0) {
            return "";
        }
        for (Prefix prefix : PREFIXES) {
            if (prefix.index() == index) {
                return prefix.text();
            }
        }
        return null;
    }

    public static int padded(int bytes) {
        return (bytes + 3) & ~3;
    }

    public static void putEntry(
            ByteBuffer target, int at, int prefix, byte[] name, int valueOffset, int valueInode, int size, int hash) {
        target.put(at, (byte) name.length);
        target.put(at + 1, (byte) prefix);
        target.putShort(at + 2, (short) valueOffset);
        target.putInt(at + 4, valueInode);
        target.putInt(at + 8, size);
        target.putInt(at + 12, hash);
        target.position(at + ENTRY_HEADER_BYTES).put(name).rewind();
    }

    /** Hash of a name, the start of an entry's hash. */
    public static int nameHash(byte[] name) {
        int hash = 0;
        for (byte b : name) {
            hash = Integer.rotateLeft(hash, NAME_SHIFT) ^ (b & 0xFF);
        }
        return hash;
    }

    /** Continues a name's hash over a value that is stored beside its entry. */
    public static int valueHash(int nameHash, byte[] value) {
        ByteBuffer words = Ext4Format.littleEndian(Arrays.copyOf(value, padded(value.length)));
        int hash = nameHash;
        while (words.hasRemaining()) {
            hash = Integer.rotateLeft(hash, VALUE_SHIFT) ^ words.getInt();
        }
        return hash;
    }

    /** Continues a name's hash for a value in an inode of its own, by that value's checksum. */
    public static int valueInodeHash(int nameHash, int valueChecksum) {
        return Integer.rotateLeft(nameHash, VALUE_SHIFT) ^ valueChecksum;
    }

    /** Continues a block's hash, which begins at 0, by one entry's. */
    public static int blockHash(int hash, int entryHash) {
        return Integer.rotateLeft(hash, VALUE_SHIFT) ^ entryHash;
    }

    public static void putBlockHeader(ByteBuffer block, int references, int hash) {
        block.putInt(0, MAGIC);
        block.putInt(REFERENCES, references);
        block.putInt(BLOCKS, 1);
        block.putInt(HASH, hash);
    }

    public static void sealBlock(ByteBuffer block, int seed, long number) {
        block.putInt(CHECKSUM, blockChecksum(block, seed, number));
    }

    public static boolean blockChecksumMatches(ByteBuffer block, int seed, long number) {
        return block.getInt(CHECKSUM) == blockChecksum(block, seed, number);
    }

    private static int blockChecksum(ByteBuffer block, int seed, long number) {
        byte[] copy = new byte[block.capacity()];
        block.get(0, copy);
        Ext4Format.littleEndian(copy).putInt(CHECKSUM, 0);
        return Crc32c.of(Crc32c.ofLong(seed, number), copy);
    }
}
