package io.sandboximage.image;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.JsonView;
import java.util.Optional;

/** The bytes of a JSON document with the media type that they stand for. */
record RawDocument(byte[] bytes, String mediaType) {
    Descriptor descriptor() {
        return Descriptor.of(mediaType, bytes);
    }

    /** The document's own media type, else the outer one; a document that contradicts its outer type is refused. */
    static String mediaType(JsonView json, String outer, Digest digest) {
        if (json.number("schemaVersion").orElse(2L) != 2) {
            throw new InvalidContentException("The manifest " + digest + " has schema version "
                    + json.number("schemaVersion").orElseThrow()
                    + "; only version 2 is supported. Push the image again with a current tool");
        }
        Optional<String> own = json.string("mediaType").filter(t -> !t.isEmpty());
        // A body that can be read as two types was the core of CVE-2021-41190.
        if (own.isPresent() && !own.get().equals(outer) && !outer.isEmpty()) {
            if (MediaTypes.isIndex(outer) != MediaTypes.isIndex(own.get()) && known(outer)) {
                throw new InvalidContentException("The manifest " + digest + " was served as \"" + outer
                        + "\" but calls itself \"" + own.get() + "\"");
            }
        }
        if (json.has("manifests") && (json.has("layers") || json.has("config"))) {
            throw new InvalidContentException(
                    "The manifest " + digest + " is ambiguous: it lists both manifests and layers");
        }
        if (own.isPresent()) {
            return own.get();
        }
        if (known(outer)) {
            return outer;
        }
        return json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    }

    private static boolean known(String mediaType) {
        return MediaTypes.isIndex(mediaType) || MediaTypes.isManifest(mediaType);
    }
}
