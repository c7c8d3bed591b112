package io.sandboximage.golden;

import java.nio.file.Path;

/** Every file is copied; reflinks save the data where the file system has them, but not the work for each file. */
final class CopyStrategy implements CloneStrategy {
    @Override
    public GoldenStrategy kind() {
        return GoldenStrategy.COPY;
    }

    @Override
    public void create(Cell cell) {
        Trees.makeFolders(cell.data());
    }

    @Override
    public void clone(Cell generation, Cell target) {
        Trees.copy(generation.data(), target.data());
    }

    @Override
    public void seal(Cell draft) {
        // It is what it should be.
    }

    @Override
    public Path attach(Cell cell) {
        return cell.data();
    }

    @Override
    public Path view(Cell generation, Cell view) {
        return generation.data();
    }

    @Override
    public void detach(Cell cell) {
        // Nothing is mounted.
    }

    @Override
    public void remove(Cell cell) {
        Trees.remove(cell.folder());
    }
}
