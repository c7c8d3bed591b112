package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileContent.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the headers of a tar archive: v7, ustar, PAX (local and global), GNU long names, base-256 numbers and sparse files in all
 * forms. It keeps names and attribute values as bytes, which readers that decode them as text damage. Strict: what it does not
 * understand is an error, as is a header that promises more than there is. For one thread.
 */
public final class TarReader {
    /** PAX headers and long names above 1 MiB are refused. */
    static final int MAX_EXTENSION_BYTES = 1 << 20;

    private static final int MODE_TYPE_MASK = 0170000;
    private static final int MODE_SOCKET = 0140000;
    private static final int EXTENSION_PAIRS = 21;
    private static final int HEADER_PAIRS = 4;
    private static final int MAX_DEVICE_MAJOR = (1 << 12) - 1;
    private static final int MAX_DEVICE_MINOR = (1 << 20) - 1;
    private static final long MAX_ID = 0xFFFFFFFFL;
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final TarInput in;
    private final String archive;
    private PaxRecords global;
    private long pendingSkip;
    private long pendingPadding;
    private boolean ended;

    /**
     * @param in the uncompressed archive
     * @param archive what is read, for messages: {@code layer sha256:…}
     */
    public TarReader(TarChunks in, String archive) {
        this.in = new TarInput(in);
        this.archive = archive;
        this.global = PaxRecords.empty(archive);
    }

    /**
     * Skips the data of the present entry and reads on to the next.
     *
     * @return null at the end of the archive
     * @throws InvalidContentException if the archive is malformed
     */
    public @Nullable TarEntry next() throws IOException {
        PaxRecords local = global;
        byte[] gnuPath = null;
        byte[] gnuLink = null;
        while (!ended) {
            long start = in.position() + pendingSkip + pendingPadding;
            Object origin = new HeaderOrigin(archive, start);
            HeaderBlock header = readHeader(origin);
            if (header == null) {
                return null;
            }
            switch (header.type()) {
                case 'x', 'X' -> local = local.with(readExtension(header, origin), origin);
                case 'g' -> {
                    global = global.with(readExtension(header, origin), origin);
                    local = global;
                }
                case 'L' -> gnuPath = untilNul(readExtension(header, origin));
                case 'K' -> gnuLink = untilNul(readExtension(header, origin));
                case 'V' -> skipNext(header.size()); // a volume's label
                default -> {
                    return entry(header, local, gnuPath, gnuLink);
                }
            }
        }
        return null;
    }

    /**
     * The next data of the present entry, as much as is at hand; of a sparse file its data ranges, one after the other.
     *
     * @param max how many bytes at most
     * @return valid until the next call of any method; empty at the end of the data
     */
    public ByteBuffer data(long max) throws IOException {
        long wanted = Math.min(max, pendingSkip);
        ByteBuffer data = wanted == 0 ? NO_DATA : in.next(wanted, archive);
        pendingSkip -= data.remaining();
        return data;
    }

    /** Reads on to the end of the stream, past the end of the archive: tools pad with whatever they like. */
    public void drain() throws IOException {
        in.drain();
    }

    private @Nullable HeaderBlock readHeader(Object origin) throws IOException {
        in.skip(pendingSkip, origin);
        in.skipPadding(pendingPadding);
        pendingSkip = 0;
        pendingPadding = 0;
        byte[] block = new byte[HeaderBlock.BYTES];
        if (!in.readOrEnd(block, origin)) {
            ended = true;
            return null;
        }
        if (HeaderBlock.isZero(block)) {
            byte[] second = new byte[HeaderBlock.BYTES];
            if (in.readOrEnd(second, origin) && !HeaderBlock.isZero(second)) {
                throw new InvalidContentException(origin + ": a single zero block is followed by something else");
            }
            ended = true;
            return null;
        }
        HeaderBlock header = new HeaderBlock(block, origin);
        header.requireChecksum();
        return header;
    }

    private byte[] readExtension(HeaderBlock header, Object origin) throws IOException {
        long size = header.size();
        if (size > MAX_EXTENSION_BYTES) {
            throw new InvalidContentException(origin + ": an extended header of " + size + " bytes is larger than the "
                    + MAX_EXTENSION_BYTES + " accepted");
        }
        byte[] data = new byte[(int) size];
        in.read(data, origin);
        pendingPadding = padding(size);
        return data;
    }

    private TarEntry entry(HeaderBlock header, PaxRecords pax, byte @Nullable [] gnuPath, byte @Nullable [] gnuLink)
            throws IOException {
        byte[] path = first(gnuPath, pax.bytes(PaxRecords.SPARSE_NAME), pax.bytes("path"), header.path());
        byte[] link = first(gnuLink, pax.bytes("linkpath"), header.linkTarget());
        Object where = new EntryOrigin(archive, path);
        TarEntryType type = type(header, path, where);
        boolean device = type == TarEntryType.CHARACTER_DEVICE || type == TarEntryType.BLOCK_DEVICE;
        boolean linking = type == TarEntryType.SYMLINK || type == TarEntryType.HARD_LINK;
        long stored = type == TarEntryType.REGULAR ? pax.number("size", header.size()) : 0;
        long realSize = stored;
        Optional<List<Range>> sparse = Optional.empty();
        if (type == TarEntryType.REGULAR) {
            Sparse found = sparse(header, pax, stored, where);
            if (found != null) {
                stored = found.stored;
                realSize = found.realSize;
                sparse = Optional.of(SparseMap.checked(found.ranges, realSize, stored, where));
            }
        }
        skipNext(stored);
        PaxTime mtime = PaxTime.of(pax.text("mtime"), header, where);
        return new TarEntry(
                type,
                path,
                linking ? link : new byte[0],
                (int) header.mode() & 07777,
                id(pax.number("uid", header.uid()), "uid", where),
                id(pax.number("gid", header.gid()), "gid", where),
                mtime.seconds(),
                mtime.nanos(),
                realSize,
                in.position(),
                sparse,
                device ? device(pax, "SCHILY.devmajor", header.deviceMajor(), MAX_DEVICE_MAJOR, where) : 0,
                device ? device(pax, "SCHILY.devminor", header.deviceMinor(), MAX_DEVICE_MINOR, where) : 0,
                type == TarEntryType.HARD_LINK ? Map.of() : pax.xattrs());
    }

    private static TarEntryType type(HeaderBlock header, byte[] path, Object where) {
        if ((header.mode() & MODE_TYPE_MASK) == MODE_SOCKET) {
            return TarEntryType.SOCKET;
        }
        byte type = header.type();
        return switch (type) {
            case 0 -> path.length > 0 && path[path.length - 1] == '/' ? TarEntryType.DIRECTORY : TarEntryType.REGULAR;
            case '0', '7', 'S' -> TarEntryType.REGULAR;
            case '1' -> TarEntryType.HARD_LINK;
            case '2' -> TarEntryType.SYMLINK;
            case '3' -> TarEntryType.CHARACTER_DEVICE;
            case '4' -> TarEntryType.BLOCK_DEVICE;
            case '5' -> TarEntryType.DIRECTORY;
            case '6' -> TarEntryType.FIFO;
            default ->
                throw new InvalidContentException(where + " has the unknown type "
                        + (type > ' ' && type < 0x7F ? "'" + (char) type + "'" : String.valueOf(type & 0xFF)));
        };
    }

    private record Sparse(long stored, long realSize, List<Range> ranges) {}

    private @Nullable Sparse sparse(HeaderBlock header, PaxRecords pax, long stored, Object where) throws IOException {
        if (header.type() == 'S') {
            return new Sparse(stored, header.sparseRealSize(), readOldMap(header, where));
        }
        long major = pax.number(PaxRecords.SPARSE_MAJOR, 0);
        long minor = pax.number(PaxRecords.SPARSE_MINOR, 0);
        if (major == 1 && minor == 0) {
            long before = in.position();
            List<Range> ranges = readMap10(where);
            long mapBytes = in.position() - before;
            if (mapBytes > stored) {
                throw new InvalidContentException(where + ": the map of the sparse file is longer than its data");
            }
            return new Sparse(stored - mapBytes, pax.number(PaxRecords.SPARSE_REAL_SIZE, 0), ranges);
        }
        if (major != 0 || minor > 1) {
            throw new InvalidContentException(where + " is sparse in the unknown format " + major + "." + minor);
        }
        if (pax.text(PaxRecords.SPARSE_SIZE) == null) {
            return null;
        }
        String map = pax.text(PaxRecords.SPARSE_MAP);
        List<Range> ranges = map == null ? pax.sparse00() : SparseMap.parse01(map, where);
        if (pax.number(PaxRecords.SPARSE_COUNT, ranges.size()) != ranges.size()) {
            throw new InvalidContentException(where + ": the map of the sparse file has " + ranges.size()
                    + " ranges instead of " + pax.text(PaxRecords.SPARSE_COUNT));
        }
        return new Sparse(stored, pax.number(PaxRecords.SPARSE_SIZE, 0), ranges);
    }

    private List<Range> readOldMap(HeaderBlock header, Object where) throws IOException {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < HEADER_PAIRS; i++) {
            add(ranges, header.sparsePair(i), where);
        }
        boolean more = header.sparseIsExtended();
        while (more) {
            byte[] block = new byte[HeaderBlock.BYTES];
            in.read(block, where);
            HeaderBlock extension = new HeaderBlock(block, where);
            for (int i = 0; i < EXTENSION_PAIRS; i++) {
                add(ranges, extension.extensionPair(i), where);
            }
            more = extension.extensionIsExtended();
            SparseMap.requireCount(ranges.size(), where);
        }
        return ranges;
    }

    private static void add(List<Range> ranges, long @Nullable [] pair, Object where) {
        if (pair != null) {
            if (pair[0] < 0) {
                throw new InvalidContentException(where + ": the map of the sparse file has a negative offset");
            }
            ranges.add(new Range(pair[0], pair[1]));
        }
    }

    /** Format 1.0: the map stands before the data as lines of decimal numbers, padded to a block. */
    private List<Range> readMap10(Object where) throws IOException {
        Map10 map = new Map10(where);
        while (!map.complete()) {
            byte[] block = new byte[HeaderBlock.BYTES];
            in.read(block, where);
            map.accept(block);
        }
        return map.ranges();
    }

    private static int id(long value, String field, Object where) {
        if (value < 0 || value > MAX_ID) {
            throw new InvalidContentException(where + " has the " + field + " " + value + ", which Linux cannot hold");
        }
        return (int) value;
    }

    private static int device(PaxRecords pax, String key, long inHeader, int max, Object where) {
        long value = pax.number(key, inHeader);
        if (value < 0 || value > max) {
            throw new InvalidContentException(
                    where + " has the device number part " + value + ", which Linux cannot hold");
        }
        return (int) value;
    }

    private static byte[] first(byte @Nullable [] one, byte @Nullable [] two, byte[] otherwise) {
        return one != null ? one : two != null ? two : otherwise;
    }

    private static byte[] first(
            byte @Nullable [] one, byte @Nullable [] two, byte @Nullable [] three, byte[] otherwise) {
        return one != null ? one : first(two, three, otherwise);
    }

    private static byte[] untilNul(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).split("\0", 2)[0].getBytes(StandardCharsets.ISO_8859_1);
    }

    private void skipNext(long size) {
        pendingSkip = size;
        pendingPadding = padding(size);
    }

    private static long padding(long size) {
        return -size & (HeaderBlock.BYTES - 1);
    }
}
