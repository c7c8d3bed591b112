package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.progress.ProgressTask;
import java.util.List;

/**
 * A store that takes content-addressed blobs: what the copier writes to. Order of calls for one image: {@link #prepare}, blobs,
 * then the manifests of single images, then indexes, and {@link #commit} with the root last; the root does not go through
 * {@link #putManifest}. Implementations are thread-safe: blobs come from many threads at once, and so do manifests that do not
 * name each other. Closing without commit leaves nothing visible under the final name.
 */
public interface ContentDestination extends AutoCloseable {
    /** The place as users write it; never holds secrets. */
    String name();

    /**
     * Tells what may come, each digest once, before any blob is asked for: archives lay out their file by it.
     *
     * @param blobs configs and layers
     * @param manifests manifests and indexes, the root last
     */
    default void prepare(List<Descriptor> blobs, List<Descriptor> manifests) {}

    /** Whether the blob is there already, so that it needs no transfer. */
    boolean hasBlob(Descriptor blob);

    /** Takes the blob over from where {@code from} reads, without moving it through this machine; false if that is not possible. */
    default boolean mountBlob(Descriptor blob, ImageSource from) {
        return false;
    }

    /**
     * Copies a blob from {@code from}, verified.
     *
     * @param progress counts the bytes that were moved
     */
    void putBlob(Descriptor blob, ImageSource from, ProgressTask progress);

    /** Whether the manifest or index is there already, by digest, with everything that it names: nothing below it is looked at then. */
    boolean hasManifest(Descriptor manifest);

    /** Stores a manifest or index by digest; everything that it names is there already. */
    void putManifest(Descriptor manifest, byte[] bytes);

    /**
     * Stores the root and names it: sets tags, writes the index of a layout, renames the archive. Called once, at the end, also
     * when {@link #hasManifest} said that the root is there.
     */
    void commit(Descriptor root, byte[] bytes);

    /**
     * Whether this root is there whole under the final name already, so that nothing need be written. For stores that are written as
     * a whole each time; those that keep what they have need not look, the copier asks them for each part.
     */
    default boolean isNamed(Descriptor root) {
        return false;
    }

    /** Frees what is held; without a commit it also removes what was written for this image alone. */
    @Override
    void close();
}
