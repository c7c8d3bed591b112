package io.sandboximage.golden;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.IntegrityException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Engine data that becomes a generation: start an engine on {@link #dataRoot()}, let it have what sessions need, stop it, and
 * {@link #publish}. Closing without publishing abandons it; so does the end of the process. For one thread at a time.
 */
public final class GoldenDraft implements AutoCloseable {
    private final Publication publication;

    GoldenDraft(Publication publication) {
        this.publication = publication;
    }

    public String project() {
        return publication.project();
    }

    /** The generation that it started from, if it did not start empty. */
    public java.util.Optional<GoldenGeneration> base() {
        return publication.base();
    }

    /** To be given to an engine as {@code --data-root}, or mounted on {@code /var/lib/docker}. */
    public Path dataRoot() {
        return publication.dataRoot();
    }

    /**
     * Makes a generation of it that is served from now on: removes what must not travel, checks that every image and its layers are
     * there, lets the store's {@link GoldenValidation} try a clone, makes all of it durable, and switches the project over in one step.
     *
     * @param labels to remember with it
     * @throws ConflictException if a process still uses the data, or the draft was published or closed before
     * @throws IntegrityException if images or layers are not whole, or the validation says no; the present generation stays
     */
    public GoldenGeneration publish(Map<String, String> labels) {
        return publication.publish(labels);
    }

    @Override
    public void close() {
        publication.close();
    }
}
