package io.sandboximage.golden.internal.dataroot;

import io.sandboximage.error.InvalidContentException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a bbolt database, in which containerd keeps its metadata.
 *
 * <pre>
 * page    id u64 | flags u16 | count u16 | overflow u32 | elements …
 * meta    magic u32 | version u32 | page size u32 | flags u32 | root page u64, sequence u64 | freelist u64 | pages u64 | transaction u64 | checksum u64
 * leaf    element: flags u32 | pos u32 | key size u32 | value size u32; key and value lie pos bytes behind the element
 * branch  element: pos u32 | key size u32 | page u64
 * bucket  value of a leaf element with flag 1: root page u64 | sequence u64 | a page itself if the root is 0
 * </pre>
 */
final class BoltFile {
    static final int MAGIC = 0xED0CDAED;
    static final int PAGE_HEADER = 16;
    static final int ELEMENT = 16;
    static final int BUCKET_HEADER = 16;
    static final int BRANCH = 0x01;
    static final int LEAF = 0x02;
    static final int BUCKET = 0x01;
    private static final int FLAGS_AT = 8;
    private static final int COUNT_AT = 10;
    private static final int PAGE_SIZE_AT = 8;
    private static final int ROOT_AT = 16;
    private static final int TRANSACTION_AT = 48;
    static final int CHECKSUM_AT = 56;
    private static final int MAX_DEPTH = 64;
    private static final int SMALLEST_PAGE = 512;
    private static final int LARGEST_PAGE = 65536;

    private final ByteBuffer file;
    private final int pageSize;
    private final BoltBucket root;

    BoltFile(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int newest = newestMeta();
        pageSize = file.getInt(newest + PAGE_SIZE_AT);
        root = new BoltBucket(file.getLong(newest + ROOT_AT + Long.BYTES));
        read(page(file.getLong(newest + ROOT_AT)), root, 0);
    }

    /** The bucket that all others are in. */
    BoltBucket root() {
        return root;
    }

    int pageSize() {
        return pageSize;
    }

    private void read(int page, BoltBucket bucket, int depth) {
        if (depth > MAX_DEPTH) {
            throw broken();
        }
        int flags = Short.toUnsignedInt(file.getShort(page + FLAGS_AT));
        int count = Short.toUnsignedInt(file.getShort(page + COUNT_AT));
        for (int i = 0; i < count; i++) {
            int element = page + PAGE_HEADER + i * ELEMENT;
            if ((flags & BRANCH) != 0) {
                read(page(file.getLong(element + 8)), bucket, depth + 1);
            } else if ((flags & LEAF) != 0) {
                readLeaf(element, bucket, depth + 1);
            } else {
                throw broken();
            }
        }
    }

    private void readLeaf(int element, BoltBucket bucket, int depth) {
        int key = element + file.getInt(element + 4);
        int keySize = file.getInt(element + 8);
        int value = key + keySize;
        int valueSize = file.getInt(element + 12);
        String name = new String(bytes(key, keySize), StandardCharsets.ISO_8859_1);
        if ((file.getInt(element) & BUCKET) == 0) {
            bucket.values().put(name, bytes(value, valueSize));
            return;
        }
        long page = file.getLong(value);
        BoltBucket inner = new BoltBucket(file.getLong(value + Long.BYTES));
        read(page == 0 ? value + BUCKET_HEADER : page(page), inner, depth);
        bucket.buckets().put(name, inner);
    }

    /** There are two, written in turns; the last transaction's counts, unless its writing was cut off. */
    private int newestMeta() {
        int best = -1;
        for (int size = SMALLEST_PAGE; size <= LARGEST_PAGE; size *= 2) {
            for (int meta : new int[] {PAGE_HEADER, size + PAGE_HEADER}) {
                if (meta + CHECKSUM_AT + Long.BYTES <= file.limit()
                        && file.getInt(meta) == MAGIC
                        && file.getInt(meta + PAGE_SIZE_AT) == size
                        && file.getLong(meta + CHECKSUM_AT) == checksum(file, meta)
                        && (best < 0 || file.getLong(meta + TRANSACTION_AT) > file.getLong(best + TRANSACTION_AT))) {
                    best = meta;
                }
            }
        }
        if (best < 0) {
            throw broken();
        }
        return best;
    }

    /** FNV-1a of what comes before it. */
    static long checksum(ByteBuffer file, int meta) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < CHECKSUM_AT; i++) {
            hash = (hash ^ (file.get(meta + i) & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    private int page(long id) {
        long at = id * pageSize;
        if (id < 0 || at < 0 || at + PAGE_HEADER > file.limit()) {
            throw broken();
        }
        return (int) at;
    }

    private byte[] bytes(int at, int size) {
        if (at < 0 || size < 0 || (long) at + size > file.limit()) {
            throw broken();
        }
        byte[] copy = new byte[size];
        file.get(at, copy);
        return copy;
    }

    private static InvalidContentException broken() {
        return new InvalidContentException("A database of containerd is broken: it is not in bbolt's format");
    }
}
