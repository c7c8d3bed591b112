package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.Reflink;
import io.sandboximage.rootfs.internal.EarlierSnapshot.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/**
 * Whole snapshots in a {@link LayerStore}, on file systems whose files can share data: a new one begins as a copy of that which has the
 * most regions in common with it, which takes one call where its layers would be copied one after the other. Files appear whole or not
 * at all; damaged ones are removed when they are met.
 */
public final class KeptSnapshots {
    /** One is kept for an image if less than so much of it came from another. */
    private static final double ENOUGH_IN_COMMON = 0.9;

    private final LayerStore store;
    private final Path directory;

    KeptSnapshots(LayerStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /**
     * Makes {@code file} a copy of what has the most in common with these layers; counts as a use.
     *
     * @return what that is; nothing if there is none, and then {@code file} is not there
     */
    public Shared copy(long areaStart, List<Digest> layers, Path file) {
        Path best = file;
        Shared most = Shared.NOTHING;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
            for (Path kept : found) {
                Shared shared = shared(kept, areaStart, layers);
                if (shared.bytes() > most.bytes()) {
                    best = kept;
                    most = shared;
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Shared.NOTHING;
        } catch (IOException e) {
            throw AtomicFile.failed(directory, e);
        }
        if (most.bytes() == 0) {
            return Shared.NOTHING;
        }
        if (!Reflink.copy(best, file)) {
            AtomicFile.removeQuietly(file);
            return Shared.NOTHING;
        }
        LayerStore.touch(best);
        return most;
    }

    private static Shared shared(Path kept, long areaStart, List<Digest> layers) throws IOException {
        try (FileChannel channel = FileChannel.open(kept, StandardOpenOption.READ)) {
            EarlierSnapshot snapshot = EarlierSnapshot.read(channel);
            return snapshot.areaStart() == areaStart ? snapshot.shared(layers) : Shared.NOTHING;
        } catch (InvalidContentException e) {
            AtomicFile.removeQuietly(kept);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            // Removed meanwhile, or not to be read: of no use either way.
        }
        return Shared.NOTHING;
    }

    /**
     * Keeps a copy of a finished snapshot, where that costs no room and is worth it.
     *
     * @param shared what it began with
     * @throws StorageException if the store cannot be written
     */
    public void keep(EarlierSnapshot snapshot, Shared shared, Path file) {
        long regions = snapshot.shared(snapshot.layers()).bytes();
        Path target = directory.resolve(snapshot.name());
        // Without layers beside it, it could not be mended, and why there are none was told.
        if (!Files.isDirectory(store.layers())
                || shared.bytes() >= regions * ENOUGH_IN_COMMON
                || Files.exists(target)) {
            return;
        }
        try (WorkDirectory work = WorkDirectory.beside(store.directory().resolve("snapshot"))) {
            Path draft = work.resolve("draft");
            // Twice, for the layers themselves are to be kept as well.
            if (Files.size(file) > store.maxBytes() / 2 || !Reflink.copy(file, draft)) {
                return;
            }
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                long size = channel.size();
                ByteBuffer bytes = snapshot.bytes(size);
                while (bytes.hasRemaining()) {
                    channel.write(bytes, size + bytes.position());
                }
                channel.force(true);
            }
            Files.createDirectories(directory);
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
        store.shrink();
    }
}
