package io.sandboximage.golden.internal.dataroot;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an engine has the files of a layer, or a blob.
 *
 * @param content folder or file
 * @param key by what it contains, fit for a file's name; empty if nothing tells
 * @param finished whether an engine only reads it from now on, so that a link can stand for it
 */
public record LayerPlace(Path content, Optional<String> key, boolean finished) {
    private static final String CHAIN = "sha256-";

    /** The key of a layer's files. */
    public static String layerKey(String chainId) {
        return chainId.replace(':', '-');
    }

    /** @param hex the blob's SHA-256 */
    public static String blobKey(String hex) {
        return "blob-" + hex;
    }

    /** Of an image layer whose files these are. */
    public Optional<String> chainId() {
        return key.filter(text -> text.startsWith(CHAIN)).map(text -> text.replace('-', ':'));
    }
}
