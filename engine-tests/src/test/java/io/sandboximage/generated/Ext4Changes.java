package io.sandboximage.generated;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Changes file systems of one block group: superblock, descriptor, inodes with their extents, directories, attributes. Out of most it
 * takes the feature of checksums, which leaves them readable and opens the way to the checks behind; of some it makes them right again.
 */
final class Ext4Changes {
    private static final int BLOCK = 4096;
    private static final int SUPERBLOCK = 1024;
    private static final int RO_COMPAT = 0x64;
    private static final int METADATA_CSUM = 0x400;
    private static final int INODES = 0x0;
    private static final int INODE_TABLE = 0x8;
    private static final int INODE_BYTES = 256;

    /** Fields of inodes: mode, size, links, flags, block map, attribute block, sizes' upper halves, extra size, attributes. */
    private static final int[] INODE_FIELDS = {
        0x0, 0x4, 0x1A, 0x20, 0x28, 0x2A, 0x2C, 0x2E, 0x34, 0x38, 0x3A, 0x3C, 0x68, 0x6C, 0x76, 0x80, 0xA0, 0xA4, 0xA6,
        0xAC
    };

    private Ext4Changes() {}

    /** @return whether checksums tell what was changed of the metadata */
    static boolean change(byte[] bytes, Random random) {
        ByteBuffer disk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int checksums = random.nextInt(8);
        if (checksums > 3) {
            disk.putInt(SUPERBLOCK + RO_COMPAT, disk.getInt(SUPERBLOCK + RO_COMPAT) & ~METADATA_CSUM);
        }
        int table = disk.getInt(BLOCK + INODE_TABLE) * BLOCK;
        int inodes = disk.getInt(SUPERBLOCK + INODES);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> number(disk, SUPERBLOCK + random.nextInt(0x280), random);
                case 1 -> number(disk, BLOCK + random.nextInt(64), random);
                case 2, 3 -> {
                    int inode = table + random.nextInt(Math.min(inodes, 60)) * INODE_BYTES;
                    number(disk, inode + INODE_FIELDS[random.nextInt(INODE_FIELDS.length)], random);
                }
                case 4 -> number(disk, table + random.nextInt(Math.min(inodes, 60) * INODE_BYTES), random);
                default -> number(disk, used(bytes, random), random);
            }
        }
        boolean kept = (disk.getInt(SUPERBLOCK + RO_COMPAT) & METADATA_CSUM) != 0;
        boolean sealed = checksums > 0 && kept;
        if (sealed) {
            Ext4Seals.seal(bytes, table, Math.min(inodes, 60));
        }
        return kept && !sealed;
    }

    /** A place in a block that holds something. */
    private static int used(byte[] bytes, Random random) {
        for (int tries = 0; tries < 100; tries++) {
            int block = random.nextInt(bytes.length / BLOCK) * BLOCK;
            if (bytes[block] != 0 || bytes[block + 1] != 0) {
                return block + random.nextInt(random.nextBoolean() ? 64 : BLOCK);
            }
        }
        return random.nextInt(bytes.length);
    }

    private static void number(ByteBuffer disk, int at, Random random) {
        if (at + Long.BYTES > disk.capacity()) {
            return;
        }
        switch (random.nextInt(7)) {
            case 0 -> disk.put(at, (byte) random.nextInt());
            case 1 -> disk.putShort(at, (short) random.nextInt());
            case 2 -> disk.putInt(at, random.nextInt());
            case 3 -> disk.putInt(at, random.nextInt(disk.capacity() / BLOCK));
            case 4 -> disk.putInt(at, disk.getInt(at) + random.nextInt(5) - 2);
            case 5 -> disk.putInt(at, random.nextBoolean() ? -1 : Integer.MAX_VALUE);
            default -> disk.put(at, (byte) (disk.get(at) ^ 1 << random.nextInt(8)));
        }
    }
}
