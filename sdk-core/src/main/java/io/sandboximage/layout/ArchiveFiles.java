package io.sandboximage.layout;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** An OCI layout inside a tar archive. */
record ArchiveFiles(TarArchive tar, String name) implements LayoutFiles {
    @Override
    public byte[] index() {
        return tar.read(INDEX_FILE, Manifest.MAX_BYTES);
    }

    @Override
    public boolean has(Descriptor blob) {
        return tar.find(path(blob))
                .filter(m -> m.sizeBytes() == blob.sizeBytes())
                .isPresent();
    }

    @Override
    public InputStream open(Descriptor blob) {
        return new VerifyingInputStream(tar.open(tar.require(path(blob))), blob, name);
    }

    @Override
    public byte[] read(Descriptor document, int maxBytes) {
        if (document.sizeBytes() > maxBytes) {
            throw new InvalidContentException("The document " + document.digest() + " in " + name + " has "
                    + document.sizeBytes() + " bytes, more than the " + maxBytes + " that are accepted");
        }
        try (InputStream in = open(document)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new StorageException("Could not read " + name + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public Optional<Path> local(Descriptor blob) {
        return Optional.empty();
    }

    @Override
    public void close() {
        tar.close();
    }

    private static String path(Descriptor blob) {
        return "blobs/" + blob.digest().algorithm().prefix() + "/"
                + blob.digest().hex();
    }
}
