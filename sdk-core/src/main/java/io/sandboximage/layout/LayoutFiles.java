package io.sandboximage.layout;

import io.sandboximage.image.Descriptor;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Where the files of an OCI layout are: in a directory or inside a tar archive. Thread-safe. */
interface LayoutFiles extends AutoCloseable {
    String INDEX_FILE = "index.json";
    String LAYOUT_FILE = "oci-layout";

    /** The bytes of {@code index.json}; an error if there is none. */
    byte[] index();

    boolean has(Descriptor blob);

    /** Opens a blob, verified while it streams; an error if it is missing. */
    InputStream open(Descriptor blob);

    /** Reads a document whole, verified. */
    byte[] read(Descriptor document, int maxBytes);

    Optional<Path> local(Descriptor blob);

    @Override
    void close();
}
