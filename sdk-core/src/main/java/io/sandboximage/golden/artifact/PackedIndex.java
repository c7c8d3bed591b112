package io.sandboximage.golden.artifact;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Remembers which blob a tree became, by the tree's fingerprint: one small file each. What is lost is packed again. */
final class PackedIndex {
    private final Path folder;

    PackedIndex(Path folder) {
        this.folder = folder;
    }

    Optional<Descriptor> find(Digest fingerprint) {
        try {
            String[] words = Files.readString(file(fingerprint)).strip().split(" ", -1);
            return Optional.of(Descriptor.of(GoldenArtifact.TREE, Digest.parse(words[0]), Long.parseLong(words[1])));
        } catch (IOException
                | InvalidContentException
                | NumberFormatException
                | ArrayIndexOutOfBoundsException unknown) {
            return Optional.empty();
        }
    }

    void put(Digest fingerprint, Descriptor blob) {
        AtomicFile.write(
                file(fingerprint), (blob.digest() + " " + blob.sizeBytes() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private Path file(Digest fingerprint) {
        return folder.resolve(fingerprint.hex());
    }
}
