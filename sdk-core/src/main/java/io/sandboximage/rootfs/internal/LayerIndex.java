package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarEntryType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The headers of one layer in the order of its archive, without file data, in about 30 bytes an entry: paths share the beginning of
 * the one before. Written by one thread, then read by any.
 */
final class LayerIndex implements Iterable<TarEntry> {
    private static final byte[] NOTHING = new byte[0];
    private static final List<TarEntryType> TYPES = List.of(TarEntryType.values());
    private static final int SPARSE = 0x10;
    private static final int XATTRS = 0x20;
    private static final int TYPE_MASK = 0x0F;

    private static final int PERMISSIONS = 07777;
    private static final int MAX_NANOS = 999_999_999;
    private static final int MAX_DEVICE_MAJOR = (1 << 12) - 1;
    private static final int MAX_DEVICE_MINOR = (1 << 20) - 1;

    /** What every entry has. Written and read in one loop: one call for each would grow to kilobytes of compiled code. */
    private static final int NUMBERS = 7;

    private final CompactBytes bytes;
    private final long[] numbers = new long[NUMBERS];
    private byte[] lastPath = NOTHING;
    private long lastOffset;
    private long entries;
    private boolean whiteouts;

    LayerIndex() {
        bytes = new CompactBytes();
    }

    /** One that was written with {@link #copyTo}, and what it said of itself. */
    LayerIndex(ByteBuffer written, long entries, boolean whiteouts) {
        this.bytes = CompactBytes.of(written);
        this.entries = entries;
        this.whiteouts = whiteouts;
    }

    /** Puts it into a buffer that has room for {@link #sizeBytes}. */
    void copyTo(ByteBuffer target) {
        bytes.copyTo(target);
    }

    void add(TarEntry entry) {
        int flags = TYPES.indexOf(entry.type());
        flags |= entry.sparse().isPresent() ? SPARSE : 0;
        flags |= entry.xattrs().isEmpty() ? 0 : XATTRS;
        bytes.putByte(flags);
        int shared = Math.max(0, Arrays.mismatch(lastPath, entry.path()));
        if (Arrays.equals(lastPath, entry.path())) {
            shared = entry.path().length;
        }
        bytes.putNumber(shared);
        bytes.putBytes(entry.path(), shared, entry.path().length);
        bytes.putBytes(entry.linkTarget(), 0, entry.linkTarget().length);
        numbers[0] = entry.permissions();
        numbers[1] = entry.uid() & 0xFFFFFFFFL;
        numbers[2] = entry.gid() & 0xFFFFFFFFL;
        numbers[3] = entry.mtimeSeconds();
        numbers[4] = entry.mtimeNanos();
        numbers[5] = entry.sizeBytes();
        numbers[6] = entry.dataOffset() - lastOffset;
        bytes.putNumbers(numbers);
        if (entry.type() == TarEntryType.CHARACTER_DEVICE || entry.type() == TarEntryType.BLOCK_DEVICE) {
            bytes.putNumber(entry.deviceMajor());
            bytes.putNumber(entry.deviceMinor());
        }
        entry.sparse().ifPresent(this::putRanges);
        if (!entry.xattrs().isEmpty()) {
            putXattrs(entry.xattrs());
        }
        lastPath = entry.path();
        lastOffset = entry.dataOffset();
        entries++;
        whiteouts |= Whiteout.isMarker(entry.path());
    }

    long entries() {
        return entries;
    }

    /** How much memory the index takes. */
    long sizeBytes() {
        return bytes.size();
    }

    boolean hasWhiteouts() {
        return whiteouts;
    }

    @Override
    public Iterator<TarEntry> iterator() {
        return new Entries();
    }

    private void putRanges(List<Range> ranges) {
        bytes.putNumber(ranges.size());
        long end = 0;
        for (Range range : ranges) {
            bytes.putNumber(range.offset() - end);
            bytes.putNumber(range.length());
            end = range.offset() + range.length();
        }
    }

    private void putXattrs(Map<String, byte[]> xattrs) {
        bytes.putNumber(xattrs.size());
        xattrs.forEach((name, value) -> {
            byte[] nameBytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            bytes.putBytes(nameBytes, 0, nameBytes.length);
            bytes.putBytes(value, 0, value.length);
        });
    }

    /** Whether a tar reader could have given it: what was kept may be damaged, though not by accident. */
    private static boolean possible(TarEntry entry) {
        long end = 0;
        for (Range range : entry.sparse().orElse(List.of())) {
            if (range.offset() < end || range.length() < 0 || range.length() > entry.sizeBytes() - range.offset()) {
                return false;
            }
            end = range.offset() + range.length();
        }
        return (entry.permissions() & ~PERMISSIONS) == 0
                && entry.mtimeNanos() >= 0
                && entry.mtimeNanos() <= MAX_NANOS
                && entry.sizeBytes() >= 0
                && (entry.deviceMajor() & ~MAX_DEVICE_MAJOR) == 0
                && (entry.deviceMinor() & ~MAX_DEVICE_MINOR) == 0;
    }

    /** What is wrong with an index that was kept. */
    static InvalidContentException malformed(@Nullable Throwable cause) {
        return new InvalidContentException(
                "The index of a kept layer is malformed, though its checksum is right; remove the directory of the"
                        + " layer cache",
                cause);
    }

    private final class Entries implements Iterator<TarEntry> {
        private final CompactBytes.Cursor cursor = bytes.cursor();
        private final long[] taken = new long[NUMBERS];
        private byte[] path = NOTHING;
        private long offset;

        @Override
        public boolean hasNext() {
            return !cursor.atEnd();
        }

        @Override
        public TarEntry next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                TarEntry entry = take();
                if (!possible(entry)) {
                    throw malformed(null);
                }
                return entry;
            } catch (IndexOutOfBoundsException e) {
                throw malformed(e);
            }
        }

        private TarEntry take() {
            int flags = cursor.takeByte();
            TarEntryType type = TYPES.get(flags & TYPE_MASK);
            path = cursor.takeBytes(path, Objects.checkIndex((int) cursor.takeNumber(), path.length + 1));
            byte[] link = cursor.takeBytes(NOTHING, 0);
            cursor.takeNumbers(taken);
            offset += taken[6];
            boolean device = type == TarEntryType.CHARACTER_DEVICE || type == TarEntryType.BLOCK_DEVICE;
            int major = device ? (int) cursor.takeNumber() : 0;
            int minor = device ? (int) cursor.takeNumber() : 0;
            Optional<List<Range>> sparse = (flags & SPARSE) == 0 ? Optional.empty() : Optional.of(takeRanges());
            Map<String, byte[]> xattrs = (flags & XATTRS) == 0 ? Map.of() : takeXattrs();
            return new TarEntry(
                    type,
                    path,
                    link,
                    (int) taken[0],
                    (int) taken[1],
                    (int) taken[2],
                    taken[3],
                    (int) taken[4],
                    taken[5],
                    offset,
                    sparse,
                    major,
                    minor,
                    xattrs);
        }

        private List<Range> takeRanges() {
            int count = cursor.takeCount();
            List<Range> ranges = new ArrayList<>(count);
            long end = 0;
            for (int i = 0; i < count; i++) {
                Range range = new Range(end + cursor.takeNumber(), cursor.takeNumber());
                ranges.add(range);
                end = range.offset() + range.length();
            }
            return ranges;
        }

        private Map<String, byte[]> takeXattrs() {
            int count = cursor.takeCount();
            Map<String, byte[]> xattrs = new TreeMap<>();
            for (int i = 0; i < count; i++) {
                String name = new String(cursor.takeBytes(NOTHING, 0), java.nio.charset.StandardCharsets.UTF_8);
                xattrs.put(name, cursor.takeBytes(NOTHING, 0));
            }
            return xattrs;
        }
    }
}
