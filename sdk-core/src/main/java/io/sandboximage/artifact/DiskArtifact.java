package io.sandboximage.artifact;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.registry.ManifestContent;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.Repository;
import java.io.IOException;
import java.io.InputStream;

/**
 * An artifact in a registry that holds a disk: its manifest's config lists the chunks, its layers are the chunks, each compressed by
 * zstd. The types are this SDK's own.
 */
public final class DiskArtifact {
    /** The artifact type of the manifest. */
    public static final String ARTIFACT_TYPE = "application/vnd.sandboximage.disk.v1";

    /** The media type of its config, the list of chunks. */
    public static final String CONFIG_TYPE = "application/vnd.sandboximage.disk.chunks.v1+json";

    /** The media type of its layers. */
    public static final String CHUNK_TYPE = "application/vnd.sandboximage.disk.chunk.v1+zstd";

    private final ImageReference reference;
    private final Repository repository;
    private final Digest digest;
    private final ChunkList chunks;

    private DiskArtifact(ImageReference reference, Repository repository, Digest digest, ChunkList chunks) {
        this.reference = reference;
        this.repository = repository;
        this.digest = digest;
        this.chunks = chunks;
    }

    /**
     * Reads manifest and list of chunks, and no chunk.
     *
     * @throws io.sandboximage.error.NotFoundException if there is nothing of that name
     * @throws InvalidContentException if it is no such artifact
     */
    public static DiskArtifact of(ImageReference reference, RegistryClient registries) {
        Repository repository = registries.repository(reference);
        ManifestContent content = repository.manifests().get(reference.manifestKey());
        Manifest manifest = Manifest.parse(content.bytes(), content.descriptor().mediaType());
        if (!manifest.config().mediaType().equals(CONFIG_TYPE)) {
            throw new InvalidContentException(reference + " is no disk: its config has the media type "
                    + manifest.config().mediaType() + " instead of " + CONFIG_TYPE
                    + ". Images are made into file systems by the command ext4 without pull");
        }
        Descriptor config = manifest.config();
        if (config.sizeBytes() > ChunkList.MAX_CONFIG_BYTES) {
            throw new InvalidContentException("The chunk list of " + reference + " has " + config.sizeBytes()
                    + " bytes, more than the " + ChunkList.MAX_CONFIG_BYTES + " that are accepted");
        }
        try (InputStream in = repository.blobs().open(config)) {
            ChunkList chunks = ChunkList.parse(in.readAllBytes(), manifest, reference.toString());
            return new DiskArtifact(reference, repository, content.descriptor().digest(), chunks);
        } catch (IOException e) {
            throw new StorageException("Could not read the chunk list of " + reference + ": " + e.getMessage(), e);
        }
    }

    public ImageReference reference() {
        return reference;
    }

    /** Of the manifest. */
    public Digest digest() {
        return digest;
    }

    /** Of the disk, holes included. */
    public long sizeBytes() {
        return chunks.sizeBytes();
    }

    Repository repository() {
        return repository;
    }

    ChunkList chunks() {
        return chunks;
    }
}
