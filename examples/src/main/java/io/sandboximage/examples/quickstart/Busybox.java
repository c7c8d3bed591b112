package io.sandboximage.examples.quickstart;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Finds a busybox on this machine that runs without shared libraries: all that a bootable image needs. */
final class Busybox {
    private static final List<Path> PLACES = List.of(
            Path.of("/bin/busybox"),
            Path.of("/usr/bin/busybox"),
            Path.of("/bin/busybox.static"),
            Path.of("/usr/lib/initcpio/busybox"));

    // ELF, 64-bit little-endian: every machine that Linux sandboxes run on.
    private static final int ELF_MAGIC = 0x464C457F;
    private static final int CLASS_OFFSET = 4;
    private static final int CLASS_64 = 2;
    private static final int ENCODING_OFFSET = 5;
    private static final int LITTLE_ENDIAN = 1;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADERS_OFFSET = 32;
    private static final int PROGRAM_HEADER_SIZE_OFFSET = 54;
    private static final int PROGRAM_HEADER_COUNT_OFFSET = 56;
    /** The type of the program header that names the dynamic loader; a static program has none. */
    private static final int PT_INTERP = 3;

    private Busybox() {}

    static Optional<Path> find() {
        return PLACES.stream().filter(Busybox::isStatic).findFirst();
    }

    static boolean isStatic(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = read(channel, 0, HEADER_BYTES);
            if (header.getInt(0) != ELF_MAGIC
                    || header.get(CLASS_OFFSET) != CLASS_64
                    || header.get(ENCODING_OFFSET) != LITTLE_ENDIAN) {
                return false;
            }
            long start = header.getLong(PROGRAM_HEADERS_OFFSET);
            int size = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_SIZE_OFFSET));
            int count = Short.toUnsignedInt(header.getShort(PROGRAM_HEADER_COUNT_OFFSET));
            for (int i = 0; i < count; i++) {
                if (read(channel, start + (long) i * size, Integer.BYTES).getInt(0) == PT_INTERP) {
                    return false;
                }
            }
            return count > 0;
        } catch (IOException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    /** Fewer bytes than asked for at the end of the file; reading beyond them is an index error. */
    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                break;
            }
        }
        return buffer.flip();
    }
}
