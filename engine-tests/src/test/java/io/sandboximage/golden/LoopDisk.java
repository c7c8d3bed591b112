package io.sandboximage.golden;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own in a sparse file, mounted while it is open. */
public final class LoopDisk implements AutoCloseable {
    /** What golden stores are put on, and how each is made. */
    public enum FileSystem {
        EXT4("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=1,lazy_journal_init=1"),
        XFS("mkfs.xfs", "-q", "-f", "-m", "reflink=1"),
        BTRFS("mkfs.btrfs", "-q", "-f");

        private final Command format;

        FileSystem(String... format) {
            this.format = Command.of((Object[]) format);
        }
    }

    private static final int TRIES = 200;
    private static final int PAUSE_MILLIS = 50;

    private final Path file;
    private final Path place;

    private LoopDisk(Path file, Path place) {
        this.file = file;
        this.place = place;
    }

    public static LoopDisk make(FileSystem type, Path folder, long bytes) {
        return make(type, folder, folder, bytes);
    }

    /** @param mounts where its mount point is made, which may be another folder than that of its file */
    static LoopDisk make(FileSystem type, Path folder, Path mounts, long bytes) {
        Path file = folder.resolve(type + ".disk");
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(bytes);
            type.format.with(file).run().orFail();
            Path place = Files.createDirectories(mounts.resolve(type.toString()));
            LoopDisk made = new LoopDisk(file, place);
            made.mount();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path path() {
        return place;
    }

    /** What is deleted in it gives its space back. */
    void mount() {
        Command.of("mount", "-o", "loop,discard", file, place).run().orFail();
    }

    /** Nothing is written any more, and what was not flushed is lost. */
    void shutDown() {
        Command.of("xfs_io", "-x", "-c", "shutdown", place).run().orFail();
    }

    /** Waits for what goes on with it: programs whose parent was killed, or a loop device that is not yet free. */
    void unmount() throws InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            if (Command.of("umount", "--recursive", place).run().exitCode() == 0) {
                return;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        Command.of("umount", "--recursive", place).run().orFail();
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
