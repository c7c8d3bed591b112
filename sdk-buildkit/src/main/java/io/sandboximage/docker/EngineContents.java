package io.sandboximage.docker;

import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What an engine's store has of one image. */
interface EngineContents extends AutoCloseable {
    static EngineContents of(DockerEngine engine, Candidate candidate, ImageStoreKind store) {
        return store == ImageStoreKind.CLASSIC
                ? new ClassicContents(engine, candidate)
                : new ContainerdContents(engine, candidate);
    }

    /**
     * Gives the image these names, if the engine has all of it.
     *
     * @return whether it did; else no name moved
     */
    boolean nameIfWhole(List<ImageReference> names);

    /** The blobs of the layers that the engine lacks; empty if it cannot tell. To be asked after {@link #nameIfWhole}. */
    Optional<Set<Digest>> missing();

    /** Whether the engine has all of the image, under its ID; asked anew. */
    boolean whole();

    /** The same after a transfer, of which the engine may have told enough to be asked less. */
    default boolean wholeAfter(Transfer.Sent sent) {
        return whole();
    }

    @Override
    default void close() {}
}
