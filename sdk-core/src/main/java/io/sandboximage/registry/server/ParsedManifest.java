package io.sandboximage.registry.server;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry needs to know of a manifest or an index.
 *
 * @param blobs config and layers
 * @param children entries of an index
 * @param artifactType as the referrers API shows it: of an image without one it is the media type of its config
 */
record ParsedManifest(
        String mediaType,
        List<Descriptor> blobs,
        List<Descriptor> children,
        Optional<Descriptor> subject,
        Optional<String> artifactType,
        Map<String, String> annotations) {

    /** @throws io.sandboximage.error.InvalidContentException if the bytes are neither */
    static ParsedManifest parse(byte[] bytes, String mediaType) {
        if (MediaTypes.isIndex(mediaType)) {
            ImageIndex index = ImageIndex.parse(bytes, mediaType);
            return new ParsedManifest(
                    index.mediaType(),
                    List.of(),
                    index.manifests(),
                    index.subject(),
                    index.artifactType().filter(t -> !t.isEmpty()),
                    index.annotations());
        }
        Manifest manifest = Manifest.parse(bytes, mediaType);
        List<Descriptor> blobs = new ArrayList<>();
        blobs.add(manifest.config());
        blobs.addAll(manifest.layers());
        return new ParsedManifest(
                manifest.mediaType(),
                blobs,
                List.of(),
                manifest.subject(),
                manifest.artifactType()
                        .filter(t -> !t.isEmpty())
                        .or(() -> Optional.of(manifest.config().mediaType())),
                manifest.annotations());
    }

    /** This manifest as an entry of a list of referrers. */
    Descriptor asReferrer(Digest digest, long size) {
        return new Descriptor(mediaType, digest, size, Optional.empty(), annotations, List.of(), artifactType);
    }
}
