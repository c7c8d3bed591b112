package io.sandboximage.golden.artifact;

import io.sandboximage.error.InvalidContentException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A part of a data root that travels as a blob of its own.
 *
 * @param path where it lies below the data root, with slashes
 * @param chainId of the image layer, where the store tells
 */
record DataRootPart(Kind kind, String path, Optional<String> chainId) {
    /** How a part becomes a blob. */
    enum Kind {
        /** A directory, packed. */
        TREE("tree", GoldenArtifact.TREE),
        /** A file as it is. */
        FILE("file", GoldenArtifact.FILE),
        /** All that is no other part; packed, and unpacked first. */
        REST("rest", GoldenArtifact.REST);

        private final String word;
        private final String mediaType;

        Kind(String word, String mediaType) {
            this.word = word;
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }

        static Kind ofMediaType(String mediaType) {
            for (Kind kind : values()) {
                if (kind.mediaType.equals(mediaType)) {
                    return kind;
                }
            }
            throw new InvalidContentException("The artifact has a blob of the type \"" + mediaType
                    + "\", which this version does not know. Use the version that pushed it");
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** What a name in a path may look like; no name of an engine's store needs more. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    /** @throws InvalidContentException if the path could lead out of the data root */
    DataRootPart {
        if (kind != Kind.REST) {
            for (String name : path.split("/", -1)) {
                if (!NAME.matcher(name).matches()) {
                    throw new InvalidContentException(
                            "The path \"" + path + "\" of a part of a golden cache is not one of an engine's store");
                }
            }
        }
    }
}
