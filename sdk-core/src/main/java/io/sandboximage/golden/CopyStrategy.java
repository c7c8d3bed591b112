package io.sandboximage.golden;

/** Every file is copied, by several threads; reflinks save the data where the file system has them, but not the work for each file. */
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
        ParallelCopy.copy(generation.data(), target.data());
    }
}
