package io.sandboximage.golden;

import java.nio.file.Path;

/**
 * A place for one data root: a generation, a draft or a session.
 *
 * @param folder which holds it and what is known of it
 * @param mountPoint where its image is mounted, if it is one
 */
record Cell(Path folder, Path mountPoint) {
    /** The data root, or the folder that stands for it. */
    Path data() {
        return folder.resolve("data");
    }

    Path image() {
        return folder.resolve("data.img");
    }
}
