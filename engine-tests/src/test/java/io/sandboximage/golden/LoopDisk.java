package io.sandboximage.golden;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own in a sparse file, mounted while it is open. */
final class LoopDisk implements AutoCloseable {
    /** What golden stores are put on, and how each is made. */
    enum FileSystem {
        EXT4("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1"),
        XFS("mkfs.xfs", "-q", "-f", "-m", "reflink=1"),
        BTRFS("mkfs.btrfs", "-q", "-f");

        private final Command format;

        FileSystem(String... format) {
            this.format = Command.of((Object[]) format);
        }
    }

    private final Path file;
    private final Path place;

    private LoopDisk(Path file, Path place) {
        this.file = file;
        this.place = place;
    }

    static LoopDisk make(FileSystem type, Path folder, long bytes) {
        Path file = folder.resolve(type + ".disk");
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(bytes);
            type.format.with(file).run().orFail();
            Path place = Files.createDirectories(folder.resolve(type.toString()));
            LoopDisk made = new LoopDisk(file, place);
            made.mount();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return place;
    }

    /** What is deleted in it gives its space back. */
    void mount() {
        Command.of("mount", "-o", "loop,discard", file, place).run().orFail();
    }

    /** What was not written yet is lost, and nothing is written any more. */
    void cutPower() {
        Command.of("xfs_io", "-x", "-c", "shutdown", place).run().orFail();
    }

    /** Mounts it again, as a machine does that has its power back. */
    void restart() {
        Command.of("umount", "--recursive", place).run().orFail();
        mount();
    }

    @Override
    public void close() {
        Command.of("umount", "--recursive", place).run().orFail();
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
