package io.sandboximage.golden;

import java.nio.file.Path;

/** A generation's data to read, for instance to send it elsewhere; the generation stays until this is closed or the process ends. */
public final class GoldenView implements AutoCloseable {
    private final GoldenGeneration generation;
    private final Path dataRoot;
    private final Runnable close;

    GoldenView(GoldenGeneration generation, Path dataRoot, Runnable close) {
        this.generation = generation;
        this.dataRoot = dataRoot;
        this.close = close;
    }

    public GoldenGeneration generation() {
        return generation;
    }

    /** Not to be written. With the layer farm the layers' folders {@code diff} and {@code fs} are symbolic links. */
    public Path dataRoot() {
        return dataRoot;
    }

    @Override
    public void close() {
        close.run();
    }
}
