package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.rootfs.internal.EarlierSnapshot.Shared;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of snapshots where their users have them, so that the next one can be made of the file itself instead of a copy. The
 * record's name tells device, inode, size and times of the file, so that nothing is found for one that was changed in any way.
 */
public final class WrittenSnapshots {
    private final Path directory;

    WrittenSnapshots(Path directory) {
        this.directory = directory;
    }

    /**
     * Remembers a file that has just got its name.
     *
     * @throws StorageException if the store cannot be written
     */
    public void remember(EarlierSnapshot snapshot, Path file) {
        identity(file).ifPresent(name -> {
            byte[] bytes = snapshot.bytes(0).array();
            AtomicFile.write(directory.resolve(name), bytes);
        });
    }

    /**
     * Moves a file away, if it is as it was written, nobody has locked it, and it has something in common with these layers.
     *
     * @param to in another directory of the same file system
     * @return what that is; nothing if the file stays where it is
     * @throws StorageException if it can be moved, but that cannot be made durable
     */
    public Shared take(Path file, long areaStart, List<Digest> layers, Path to) {
        Optional<Path> record = identity(file).map(directory::resolve).filter(Files::isRegularFile);
        if (record.isEmpty()) {
            return Shared.NOTHING;
        }
        try {
            EarlierSnapshot snapshot = read(record.get());
            Shared shared = snapshot.areaStart() == areaStart ? snapshot.shared(layers) : Shared.NOTHING;
            if (shared.bytes() == 0 || isLocked(file)) {
                return Shared.NOTHING;
            }
            Files.delete(record.get());
            Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
            // On disk the name must not outlive the content.
            sync(to.resolveSibling("."));
            sync(file.toAbsolutePath().resolveSibling("."));
            return shared;
        } catch (InvalidContentException e) {
            AtomicFile.removeQuietly(record.get());
            return Shared.NOTHING;
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    private static EarlierSnapshot read(Path record) throws IOException {
        try (FileChannel channel = FileChannel.open(record, StandardOpenOption.READ)) {
            return EarlierSnapshot.read(channel);
        }
    }

    /** As QEMU and others lock the images that they have open. */
    private static boolean isLocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            return true; // It cannot be told.
        }
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Empty for what is no regular file of one name, and where the system tells too little. */
    private static Optional<String> identity(Path file) {
        try {
            Map<String, Object> facts = Files.readAttributes(
                    file, "unix:dev,ino,nlink,size,lastModifiedTime,ctime,isRegularFile", LinkOption.NOFOLLOW_LINKS);
            if (!Boolean.TRUE.equals(facts.get("isRegularFile"))
                    || !Integer.valueOf(1).equals(facts.get("nlink"))) {
                return Optional.empty();
            }
            StringBuilder text = new StringBuilder();
            for (String fact : List.of("dev", "ino", "size", "lastModifiedTime", "ctime")) {
                text.append(facts.get(fact)).append('\n');
            }
            return Optional.of(Digest.sha256(text.toString().getBytes(StandardCharsets.UTF_8))
                    .hex());
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
