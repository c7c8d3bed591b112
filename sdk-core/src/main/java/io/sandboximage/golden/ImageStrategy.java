package io.sandboximage.golden;

import io.sandboximage.error.ConflictException;
import io.sandboximage.golden.internal.host.MountTable;
import io.sandboximage.golden.internal.host.Program;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Each data root is an ext4 file system in one sparse file. A clone shares the file's extents, so its cost is their number: sealing
 * writes the file anew from its beginning to its end, which takes a draft's thousands of extents to a few hundred.
 *
 * <p>Mounts lie in a folder that is mounted on itself with private propagation: they do not reach other mount namespaces, where they would
 * keep the loop device after the unmount. Devices free themselves with their last mount, so that none is left over whoever dies when.
 */
@SuppressWarnings("try") // Locks are held, not used.
final class ImageStrategy implements CloneStrategy {
    /** A small journal, for the space; nothing reserved; tables made when needed, for the holes. */
    private static final String[] FORMAT = {
        "-q", "-F", "-m", "0", "-J", "size=32", "-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard"
    };

    /** Started at once: each start from here costs more than what the program does. */
    private static final String CLONE =
            "cp --reflink=always \"$1\" \"$2\" && exec mount -t ext4 -o \"$3\" \"$2\" \"$4\"";

    private static final String OPTIONS = "loop,discard,noinit_itable";

    private final StoreFiles files;
    private final long imageBytes;

    ImageStrategy(StoreFiles files, long imageBytes) {
        this.files = files;
        this.imageBytes = imageBytes;
    }

    @Override
    public GoldenStrategy kind() {
        return GoldenStrategy.REFLINKED_IMAGE;
    }

    @Override
    public void create(Cell cell) {
        Trees.makeFolders(cell.folder());
        try (FileChannel image = FileChannel.open(
                cell.image(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            image.write(java.nio.ByteBuffer.allocate(1), imageBytes - 1);
        } catch (IOException e) {
            throw AtomicFile.failed(cell.image(), e);
        }
        Object[] command = new Object[FORMAT.length + 2];
        command[0] = "mkfs.ext4";
        System.arraycopy(FORMAT, 0, command, 1, FORMAT.length);
        command[FORMAT.length + 1] = cell.image();
        Program.run("make a file system in " + cell.image(), command);
        mount(cell.image(), cell.mountPoint(), OPTIONS);
        try {
            Files.delete(cell.mountPoint().resolve("lost+found"));
        } catch (IOException e) {
            throw AtomicFile.failed(cell.mountPoint(), e);
        }
    }

    @Override
    public void clone(Cell generation, Cell target) {
        Trees.makeFolders(target.folder());
        makePlace(target.mountPoint());
        Program.run(
                "clone " + generation.image() + " and mount it",
                "sh",
                "-c",
                CLONE,
                "clone",
                generation.image(),
                target.image(),
                OPTIONS,
                target.mountPoint());
    }

    @Override
    public void seal(Cell draft) {
        Program.run("trim " + draft.mountPoint(), "fstrim", draft.mountPoint());
        detach(draft);
        Path whole = draft.folder().resolve("data.sequential");
        Program.run(
                "write " + draft.image() + " in one piece",
                "cp",
                "--reflink=never",
                "--sparse=auto",
                draft.image(),
                whole);
        try {
            Files.move(whole, draft.image(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw AtomicFile.failed(draft.image(), e);
        }
    }

    @Override
    public Trees.Extent measure(Cell draft) {
        return Trees.measure(draft.mountPoint());
    }

    @Override
    public Path attach(Cell cell) {
        if (MountTable.ofThisProcess().at(cell.mountPoint()).isEmpty()) {
            mount(cell.image(), cell.mountPoint(), OPTIONS);
        }
        return cell.mountPoint();
    }

    @Override
    public Path view(Cell generation, Cell view) {
        // Without the journal's replay: nothing may be written, and there is nothing to replay.
        mount(generation.image(), view.mountPoint(), "loop,ro,noload");
        return view.mountPoint();
    }

    @Override
    public void detach(Cell cell) {
        Path place = cell.mountPoint();
        while (MountTable.ofThisProcess().at(place).isPresent()) {
            if (!Program.succeeds("unmount " + place, "umount", place)) {
                throw new ConflictException(
                        "Could not unmount " + place + ": it is still in use. Stop the engine on it");
            }
        }
        try {
            Files.deleteIfExists(place);
        } catch (IOException e) {
            throw AtomicFile.failed(place, e);
        }
    }

    @Override
    public void remove(Cell cell) {
        Trees.remove(cell.folder());
    }

    private void mount(Path image, Path place, String options) {
        makePlace(place);
        Program.run("mount " + image, "mount", "-t", "ext4", "-o", options, image, place);
    }

    private void makePlace(Path place) {
        try (InterprocessLock lock = files.lockMounts()) {
            Optional<MountTable.Entry> mounts = MountTable.ofThisProcess().at(files.mounts());
            if (mounts.isEmpty()) {
                Trees.makeFolders(files.mounts());
                Program.run("make " + files.mounts() + " private", "mount", "--bind", files.mounts(), files.mounts());
            }
            // Of a process that died between the two it may be shared still.
            if (mounts.isEmpty() || mounts.get().shared()) {
                Program.run("make " + files.mounts() + " private", "mount", "--make-private", files.mounts());
            }
        }
        Trees.makeFolders(place);
    }
}
