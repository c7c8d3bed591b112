package io.sandboximage.ext4.internal.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/** The superblock: 1024 bytes, at offset 1024 of the file system, and at the start of each backup group. */
public final class Superblock {
    public static final int OFFSET = 1024;
    public static final int BYTES = 1024;
    public static final int MAGIC = 0xEF53;
    public static final int STATE_CLEAN = 0x1;
    public static final int STATE_ERRORS = 0x2;
    public static final int FLAG_SIGNED_HASH = 0x1;
    public static final int FLAG_UNSIGNED_HASH = 0x2;
    public static final int HASH_HALF_MD4 = 1;
    public static final int CHECKSUM_CRC32C = 1;
    public static final int LABEL_BYTES = 16;

    private static final int UUID_OFFSET = 0x68;
    private static final int LABEL_OFFSET = 0x78;
    private static final int HASH_SEED = 0xEC;
    private static final int JOURNAL_BACKUP = 0x10C;
    private static final int JOURNAL_BACKUP_WORDS = 15;
    private static final int CHECKSUM = 0x3FC;

    /** A 16 or 32 bit field, or the lower and upper half of a wider one. */
    public enum Field {
        INODES(0x0, 4),
        BLOCKS(0x4, 4, 0x150, 4),
        RESERVED_BLOCKS(0x8, 4, 0x154, 4),
        FREE_BLOCKS(0xC, 4, 0x158, 4),
        FREE_INODES(0x10, 4),
        FIRST_DATA_BLOCK(0x14, 4),
        LOG_BLOCK_SIZE(0x18, 4),
        LOG_CLUSTER_SIZE(0x1C, 4),
        BLOCKS_PER_GROUP(0x20, 4),
        CLUSTERS_PER_GROUP(0x24, 4),
        INODES_PER_GROUP(0x28, 4),
        MOUNTED_AT(0x2C, 4, 0x275, 1),
        WRITTEN_AT(0x30, 4, 0x274, 1),
        MOUNTS(0x34, 2),
        MAX_MOUNTS(0x36, 2),
        MAGIC_NUMBER(0x38, 2),
        STATE(0x3A, 2),
        ERROR_POLICY(0x3C, 2),
        CHECKED_AT(0x40, 4, 0x277, 1),
        REVISION(0x4C, 4),
        FIRST_INODE(0x54, 4),
        INODE_BYTES(0x58, 2),
        GROUP_OF_THIS_COPY(0x5A, 2),
        COMPAT(0x5C, 4),
        INCOMPAT(0x60, 4),
        RO_COMPAT(0x64, 4),
        RESERVED_DESCRIPTOR_BLOCKS(0xCE, 2),
        JOURNAL_INODE(0xE0, 4),
        DEFAULT_HASH(0xFC, 1),
        JOURNAL_BACKUP_TYPE(0xFD, 1),
        DESCRIPTOR_BYTES(0xFE, 2),
        DEFAULT_MOUNT_OPTIONS(0x100, 4),
        FIRST_META_GROUP(0x104, 4),
        CREATED_AT(0x108, 4, 0x276, 1),
        MIN_EXTRA_ISIZE(0x15C, 2),
        WANTED_EXTRA_ISIZE(0x15E, 2),
        FLAGS(0x160, 4),
        LOG_GROUPS_PER_FLEX(0x174, 1),
        CHECKSUM_TYPE(0x175, 1),
        CHECKSUM_SEED(0x270, 4);

        private final int offset;
        private final int bytes;
        private final int highOffset;
        private final int highBytes;

        Field(int offset, int bytes) {
            this(offset, bytes, 0, 0);
        }

        Field(int offset, int bytes, int highOffset, int highBytes) {
            this.offset = offset;
            this.bytes = bytes;
            this.highOffset = highOffset;
            this.highBytes = highBytes;
        }
    }

    private final byte[] bytes;
    private final ByteBuffer buffer;

    /** An empty superblock. */
    public Superblock() {
        this(new byte[BYTES]);
    }

    /** A view of 1024 bytes. */
    public Superblock(byte[] bytes) {
        this.bytes = bytes;
        buffer = Ext4Format.littleEndian(bytes);
    }

    public byte[] bytes() {
        return bytes;
    }

    /** A field as an unsigned number. */
    public long get(Field field) {
        long low = number(field.offset, field.bytes);
        return field.highBytes == 0
                ? low
                : low | (number(field.highOffset, field.highBytes) << (Byte.SIZE * field.bytes));
    }

    public int getInt(Field field) {
        return (int) get(field);
    }

    public Superblock set(Field field, long value) {
        put(field.offset, field.bytes, value);
        if (field.highBytes > 0) {
            put(field.highOffset, field.highBytes, value >>> (Byte.SIZE * field.bytes));
        }
        return this;
    }

    /** Seconds since 1970: 32 bits signed in ext2, 40 bits since; values without the upper bits stay what they were. */
    public long seconds(Field field) {
        long value = get(field);
        return value >>> Integer.SIZE == 0xFF ? value - (1L << 40) : value;
    }

    public boolean has(Field features, int bit) {
        return (getInt(features) & bit) != 0;
    }

    public UUID uuid() {
        ByteBuffer big = ByteBuffer.wrap(bytes, UUID_OFFSET, 16);
        return new UUID(big.getLong(), big.getLong());
    }

    public Superblock uuid(UUID uuid) {
        ByteBuffer.wrap(bytes, UUID_OFFSET, 16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits());
        return this;
    }

    public String label() {
        byte[] label = Arrays.copyOfRange(bytes, LABEL_OFFSET, LABEL_OFFSET + LABEL_BYTES);
        int length = 0;
        while (length < label.length && label[length] != 0) {
            length++;
        }
        return new String(label, 0, length, StandardCharsets.UTF_8);
    }

    public Superblock label(String label) {
        byte[] text = label.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, bytes, LABEL_OFFSET, text.length);
        return this;
    }

    /** The hash seed's 16 bytes stand on disk as a UUID does; hashing takes them as four little-endian words. */
    public Superblock hashSeed(UUID seed) {
        ByteBuffer.wrap(bytes, HASH_SEED, 16)
                .putLong(seed.getMostSignificantBits())
                .putLong(seed.getLeastSignificantBits());
        return this;
    }

    public UUID hashSeedUuid() {
        ByteBuffer seed = ByteBuffer.wrap(bytes, HASH_SEED, 16);
        return new UUID(seed.getLong(), seed.getLong());
    }

    public int[] hashSeed() {
        int[] words = new int[4];
        for (int i = 0; i < words.length; i++) {
            words[i] = buffer.getInt(HASH_SEED + i * Integer.BYTES);
        }
        return words;
    }

    /** A copy of the journal's {@code i_block} and size, for the repair of a lost journal inode. */
    public Superblock journalBackup(byte[] iBlock, long sizeBytes) {
        set(Field.JOURNAL_BACKUP_TYPE, 1);
        System.arraycopy(iBlock, 0, bytes, JOURNAL_BACKUP, JOURNAL_BACKUP_WORDS * Integer.BYTES);
        buffer.putInt(JOURNAL_BACKUP + JOURNAL_BACKUP_WORDS * Integer.BYTES, (int) (sizeBytes >>> 32));
        buffer.putInt(JOURNAL_BACKUP + (JOURNAL_BACKUP_WORDS + 1) * Integer.BYTES, (int) sizeBytes);
        return this;
    }

    /** The start value of all metadata checksums. */
    public int checksumSeed() {
        return has(Field.INCOMPAT, Ext4Format.INCOMPAT_CSUM_SEED)
                ? getInt(Field.CHECKSUM_SEED)
                : Crc32c.of(Crc32c.START, bytes, UUID_OFFSET, 16);
    }

    public Superblock sealed() {
        buffer.putInt(CHECKSUM, checksum());
        return this;
    }

    public boolean checksumMatches() {
        return buffer.getInt(CHECKSUM) == checksum();
    }

    private int checksum() {
        return Crc32c.of(Crc32c.START, bytes, 0, CHECKSUM);
    }

    private long number(int offset, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = (value << Byte.SIZE) | (buffer.get(offset + i) & 0xFF);
        }
        return value;
    }

    private void put(int offset, int bytes, long value) {
        for (int i = 0; i < bytes; i++) {
            buffer.put(offset + i, (byte) (value >>> (Byte.SIZE * i)));
        }
    }
}
