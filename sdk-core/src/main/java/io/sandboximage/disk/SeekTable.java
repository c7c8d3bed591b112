package io.sandboximage.disk;

import io.sandboximage.error.InvalidContentException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where the frames of a compressed file stand: the skippable frame at its end (zstd seekable format 0.1.1), all little-endian.
 *
 * <pre>
 * magic 0x184D2A5E u32 | size of the rest u32
 * for each frame: compressed size u32 | size u32 | checksum u32, where the descriptor says so
 * frames u32 | descriptor u8 (0x80: checksums) | magic 0x8F92EAB1 u32
 * </pre>
 */
final class SeekTable {
    private static final int SKIPPABLE_MAGIC = 0x184D2A5E;
    private static final int SEEKABLE_MAGIC = 0x8F92EAB1;
    private static final int HEADER_BYTES = 8;
    private static final int FOOTER_BYTES = 9;
    private static final int CHECKSUM_FLAG = 0x80;
    private static final int RESERVED_FLAGS = 0x7C;

    /** The format's own limit. */
    private static final int MAX_FRAMES = 0x8000000;

    /** A frame is held in memory whole. */
    static final int MAX_FRAME_BYTES = 128 << 20;

    /** Header, block header and checksum (RFC 8878): what is larger holds something, and would never be read if it had no length. */
    private static final int MAX_EMPTY_FRAME_BYTES = 18 + 3 + 4;

    /** One more than there are frames: the last is the end. */
    private final long[] compressedStarts;

    private final long[] starts;

    private SeekTable(long[] compressedStarts, long[] starts) {
        this.compressedStarts = compressedStarts;
        this.starts = starts;
    }

    /** The table at the end of a file, if there is one. */
    static Optional<SeekTable> find(Disk file) {
        long size = file.sizeBytes();
        if (size < HEADER_BYTES + FOOTER_BYTES) {
            return Optional.empty();
        }
        ByteBuffer footer = littleEndian(file.read(size - FOOTER_BYTES, FOOTER_BYTES));
        if (footer.getInt(5) != SEEKABLE_MAGIC) {
            return Optional.empty();
        }
        long frames = Integer.toUnsignedLong(footer.getInt(0));
        int flags = footer.get(4);
        int entryBytes = (flags & CHECKSUM_FLAG) != 0 ? 12 : 8;
        long tableBytes = HEADER_BYTES + frames * entryBytes + FOOTER_BYTES;
        if (frames > MAX_FRAMES || (flags & RESERVED_FLAGS) != 0 || tableBytes > Math.min(size, Integer.MAX_VALUE)) {
            throw malformed(file);
        }
        ByteBuffer table = littleEndian(file.read(size - tableBytes, (int) tableBytes));
        if (table.getInt(0) != SKIPPABLE_MAGIC
                || Integer.toUnsignedLong(table.getInt(4)) != tableBytes - HEADER_BYTES) {
            throw malformed(file);
        }
        return Optional.of(parse(table, (int) frames, entryBytes, size - tableBytes, file));
    }

    private static SeekTable parse(ByteBuffer table, int frames, int entryBytes, long compressedBytes, Disk file) {
        long[] compressedStarts = new long[frames + 1];
        long[] starts = new long[frames + 1];
        for (int i = 0; i < frames; i++) {
            int at = HEADER_BYTES + i * entryBytes;
            long compressed = Integer.toUnsignedLong(table.getInt(at));
            long length = Integer.toUnsignedLong(table.getInt(at + 4));
            boolean lost = length == 0 && compressed > MAX_EMPTY_FRAME_BYTES;
            if (compressed > MAX_FRAME_BYTES || length > MAX_FRAME_BYTES || lost) {
                throw malformed(file);
            }
            compressedStarts[i + 1] = compressedStarts[i] + compressed;
            starts[i + 1] = starts[i] + length;
        }
        if (compressedStarts[frames] != compressedBytes) {
            throw malformed(file);
        }
        return new SeekTable(compressedStarts, starts);
    }

    private static InvalidContentException malformed(Disk file) {
        return new InvalidContentException("The index of frames at the end of " + file.name() + " is malformed");
    }

    /** The frame that holds a byte. */
    int frameAt(long offset) {
        int found = Arrays.binarySearch(starts, offset);
        int frame = found >= 0 ? found : -found - 2;
        // Frames without content share their start with the next.
        while (starts[frame + 1] == offset) {
            frame++;
        }
        return frame;
    }

    long start(int frame) {
        return starts[frame];
    }

    int length(int frame) {
        return (int) (starts[frame + 1] - starts[frame]);
    }

    long compressedStart(int frame) {
        return compressedStarts[frame];
    }

    int compressedLength(int frame) {
        return (int) (compressedStarts[frame + 1] - compressedStarts[frame]);
    }

    /** Of everything uncompressed. */
    long sizeBytes() {
        return starts[starts.length - 1];
    }

    /** The skippable frame for frames of these sizes. */
    static byte[] encode(int[] compressed, int[] lengths, int frames) {
        int content = frames * 8 + FOOTER_BYTES;
        byte[] bytes = new byte[HEADER_BYTES + content];
        ByteBuffer table = littleEndian(bytes);
        table.putInt(SKIPPABLE_MAGIC).putInt(content);
        for (int i = 0; i < frames; i++) {
            table.putInt(compressed[i]).putInt(lengths[i]);
        }
        table.putInt(frames).put((byte) 0).putInt(SEEKABLE_MAGIC);
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
