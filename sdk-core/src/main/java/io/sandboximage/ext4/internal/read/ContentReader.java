package io.sandboximage.ext4.internal.read;

import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.filetree.Inode;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads the data of one file; holes are zeros. Immutable and thread-safe. */
public final class ContentReader {
    private static final byte[] ZEROS = new byte[8192];

    private final Volume volume;
    private final FileExtents extents;
    private final long size;

    private ContentReader(Volume volume, FileExtents extents, long size) {
        this.volume = volume;
        this.extents = extents;
        this.size = size;
    }

    /** @throws IllegalArgumentException if the file is not of a tree that was read from this volume */
    public static ContentReader of(Volume volume, Inode file) {
        if (!(file.content() instanceof StoredContent content) || content.volume() != volume) {
            throw new IllegalArgumentException("The file is no regular file of a tree that this reader gave");
        }
        return of(volume, content.inode(), volume.inode(content.inode()));
    }

    static ContentReader of(Volume volume, int number, InodeRecord inode) {
        return new ContentReader(volume, FileExtents.of(volume, number, inode), inode.size());
    }

    /** Like a channel's read: how many bytes, or -1 at the end. */
    public int read(long offset, ByteBuffer target) {
        if (offset < 0) {
            throw new IllegalArgumentException("A file cannot be read from offset " + offset);
        }
        if (offset >= size) {
            return -1;
        }
        int before = target.position();
        int limit = target.limit();
        if (target.remaining() > size - offset) {
            target.limit(target.position() + (int) (size - offset));
        }
        int piecesEnd = target.limit();
        long at = offset;
        int index = extents.indexAt(offset / volume.blockBytes());
        while (target.hasRemaining()) {
            int start = target.position();
            index = piece(at, index, target);
            at += target.position() - start;
            target.limit(piecesEnd);
        }
        target.limit(limit);
        return target.position() - before;
    }

    /** Reads from one extent or one hole; gives the extent to go on with. */
    private int piece(long at, int index, ByteBuffer target) {
        FileExtents.Extent extent =
                index < extents.list().size() ? extents.list().get(index) : null;
        long start = extent == null ? Long.MAX_VALUE : extent.logical() * volume.blockBytes();
        if (extent == null || at < start) {
            int length = (int) Math.min(target.remaining(), start - at);
            for (int left = length; left > 0; left -= Math.min(left, ZEROS.length)) {
                target.put(ZEROS, 0, Math.min(left, ZEROS.length));
            }
            return index;
        }
        long left = extent.end() * volume.blockBytes() - at;
        if (target.remaining() > left) {
            target.limit(target.position() + (int) left);
        }
        long inExtent = at - start;
        volume.read(extent.start() + inExtent / volume.blockBytes(), (int) (inExtent % volume.blockBytes()), target);
        return index + 1;
    }

    /** Reads the whole, for contents that are known to be small. */
    byte[] all() {
        byte[] bytes = new byte[Math.toIntExact(size)];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        while (target.hasRemaining()) {
            read(target.position(), target);
        }
        return bytes;
    }

    /** A stream over the whole file, for one thread. */
    public InputStream stream() {
        return new InputStream() {
            private long position;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (length == 0) {
                    return 0;
                }
                int count = ContentReader.this.read(position, ByteBuffer.wrap(target, offset, length));
                position += Math.max(0, count);
                return count;
            }

            @Override
            public int available() {
                return (int) Math.min(Integer.MAX_VALUE, size - position);
            }
        };
    }
}
