package io.sandboximage.registry;

import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.json.JsonView;
import java.util.Locale;

/** Which kind of manifest a registry served. */
final class ManifestTypes {
    private ManifestTypes() {}

    /**
     * The media type: the header's if it is one of a manifest, else the document's own, else by what the document has.
     *
     * @throws io.sandboximage.error.InvalidContentException if the bytes are no JSON object
     */
    static String of(String contentType, byte[] bytes, Digest digest) {
        JsonView json = JsonView.parse(bytes, Manifest.MAX_BYTES, "manifest " + digest);
        String served = plain(contentType);
        if (isKnown(served)) {
            return served;
        }
        return json.string("mediaType")
                .filter(type -> !type.isEmpty())
                .orElse(json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST);
    }

    /** Without parameters, in lower case. */
    static String plain(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    static boolean isKnown(String type) {
        return MediaTypes.isIndex(type) || MediaTypes.isManifest(type);
    }
}
