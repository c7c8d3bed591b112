package io.sandboximage.golden;

import io.sandboximage.golden.internal.host.Program;
import java.nio.file.Files;

/** Each data root is a btrfs subvolume; a clone is a snapshot, whatever the size. */
final class BtrfsStrategy implements CloneStrategy {
    @Override
    public GoldenStrategy kind() {
        return GoldenStrategy.BTRFS_SNAPSHOT;
    }

    @Override
    public void create(Cell cell) {
        Trees.makeFolders(cell.folder());
        Program.run("make a subvolume", "btrfs", "subvolume", "create", cell.data());
    }

    @Override
    public void clone(Cell generation, Cell target) {
        Trees.makeFolders(target.folder());
        Program.run(
                "snapshot " + generation.data(), "btrfs", "subvolume", "snapshot", generation.data(), target.data());
    }

    @Override
    public void seal(Cell draft) {
        Program.run("protect " + draft.data(), "btrfs", "property", "set", "-ts", draft.data(), "ro", "true");
    }

    @Override
    public void remove(Cell cell) {
        if (Files.isDirectory(cell.data())) {
            Program.run("remove the subvolume " + cell.data(), "btrfs", "subvolume", "delete", cell.data());
        }
        Trees.remove(cell.folder());
    }
}
