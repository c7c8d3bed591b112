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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Each data root is an ext4 file system in one sparse file. A clone shares the file's extents, so its cost is their number: sealing
 * writes the file anew from its beginning to its end, which takes a draft's thousands of extents to a few hundred.
 *
 * <p>Mounts lie in a folder that is mounted on itself with private propagation: they do not reach other mount namespaces, where they would
 * keep the loop device after the unmount. Devices free themselves with their last mount, so that none is left over whoever dies when; one
 * that was not mounted yet goes when the cell is removed.
 */
@SuppressWarnings("try") // Locks are held, not used.
final class ImageStrategy implements CloneStrategy {
    /** A small journal, for the space; nothing reserved; tables made when needed, for the holes; blocks that are whole sectors. */
    private static final List<String> FORMAT = List.of(
            "mkfs.ext4",
            "-q",
            "-F",
            "-b",
            "4096",
            "-m",
            "0",
            "-J",
            "size=32",
            "-E",
            "lazy_itable_init=1,lazy_journal_init=1,nodiscard");

    private static final String OPTIONS = "discard,noinit_itable";

    /**
     * Mounts image $1 at $2 with options $3; past the page cache, which would hold everything twice, where the file system takes that.
     * A device that is detached while it is mounted frees itself later.
     */
    private static final String MOUNT = """
        device=$(losetup --find --show --sector-size=4096 --direct-io=on "$1" 2>/dev/null)
        if [ -n "$device" ]; then
            mount -t ext4 -o "$3" "$device" "$2" 2>/dev/null
            failed=$?
            losetup --detach "$device"
            [ $failed -ne 0 ] || exit 0
        fi
        exec mount -t ext4 -o "loop,$3" "$1" "$2"
        """;

    /** The same for a clone of $4; all at once, since each start from here costs more than what the program does. */
    private static final String CLONE = "cp --reflink=always \"$4\" \"$1\" || exit\n" + MOUNT;

    private static final Path DEVICES = Path.of("/sys/block");

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
        List<Object> command = new ArrayList<>(FORMAT);
        command.add(cell.image());
        Program.run("make a file system in " + cell.image(), command.toArray());
        mount(cell);
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
                target.image(),
                target.mountPoint(),
                OPTIONS,
                generation.image());
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
            mount(cell);
        }
        return cell.mountPoint();
    }

    @Override
    public Path view(Cell generation, Cell view) {
        // Without the journal's replay: nothing may be written, and there is nothing to replay.
        makePlace(view.mountPoint());
        Program.run(
                "mount " + generation.image(),
                "mount",
                "-t",
                "ext4",
                "-o",
                "loop,ro,noload",
                generation.image(),
                view.mountPoint());
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
        for (String device : StoreFiles.list(DEVICES)) {
            // Of a program that was killed halfway; or it is just about to free itself.
            if (device.startsWith("loop") && holds(DEVICES.resolve(device), cell.folder())) {
                Program.succeeds("free /dev/" + device, "losetup", "--detach", "/dev/" + device);
            }
        }
        Trees.remove(cell.folder());
    }

    private static boolean holds(Path device, Path folder) {
        try {
            return Path.of(Files.readString(device.resolve("loop/backing_file")).strip())
                    .startsWith(folder);
        } catch (IOException e) {
            return false; // It has no file.
        }
    }

    private void mount(Cell cell) {
        makePlace(cell.mountPoint());
        Program.run("mount " + cell.image(), "sh", "-c", MOUNT, "mount", cell.image(), cell.mountPoint(), OPTIONS);
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
