package io.sandboximage.golden;

import io.sandboximage.error.IntegrityException;
import java.nio.file.Path;

/**
 * A test that a generation must pass before it is published, on top of the store's own check of images and layers: for instance
 * that an engine starts on it.
 */
@FunctionalInterface
public interface GoldenValidation {
    /** No further test. */
    GoldenValidation NONE = (dataRoot, generation) -> {};

    /**
     * Tests; what it does to the data is thrown away.
     *
     * @param dataRoot of a clone, made as a session's
     * @param generation as it will be published
     * @throws IntegrityException if the generation is not good; any other exception prevents the publication too
     */
    void validate(Path dataRoot, GoldenGeneration generation);
}
