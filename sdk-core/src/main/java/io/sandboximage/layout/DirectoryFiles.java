package io.sandboximage.layout;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** An OCI layout in a directory. */
record DirectoryFiles(Path directory, BlobDirectory blobs) implements LayoutFiles {
    DirectoryFiles(Path directory) {
        this(directory, new BlobDirectory(directory, "oci:" + directory));
    }

    @Override
    public byte[] index() {
        Path file = directory.resolve(INDEX_FILE);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Manifest.MAX_BYTES + 1);
            if (bytes.length > Manifest.MAX_BYTES) {
                throw new InvalidContentException(
                        file + " has more than the " + Manifest.MAX_BYTES + " bytes that are accepted");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new NotFoundException(directory + " is not an OCI layout: it has no " + INDEX_FILE, e);
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public boolean has(Descriptor blob) {
        return blobs.find(blob).isPresent();
    }

    @Override
    public InputStream open(Descriptor blob) {
        return blobs.open(blob);
    }

    @Override
    public byte[] read(Descriptor document, int maxBytes) {
        return blobs.read(document, maxBytes);
    }

    @Override
    public Optional<Path> local(Descriptor blob) {
        return blobs.find(blob);
    }

    @Override
    public void close() {}
}
