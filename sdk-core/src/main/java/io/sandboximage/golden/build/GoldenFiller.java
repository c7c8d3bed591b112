package io.sandboximage.golden.build;

/** Puts images into a data root: with an engine, from a registry, by a script of the project. */
@FunctionalInterface
public interface GoldenFiller {
    /**
     * Fills a data root, which holds what the present generation holds where there is one. When it returns, nothing uses the data
     * root any more and all is in it; whatever it throws, nothing is published. It ends soon after its thread is interrupted.
     *
     * @throws io.sandboximage.error.SandboxImageException what failed; where it says that it can be retried, it is
     */
    void fill(GoldenFill fill);
}
