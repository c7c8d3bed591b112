package io.sandboximage.benchmarks;

import java.util.List;

/**
 * A layer in a layout.
 *
 * @param digest SHA-256 of the blob, in hexadecimal digits
 * @param diffId SHA-256 of the tar in it
 * @param contentBytes of its regular files
 * @param removals what its whiteouts remove, for tools that do not know whiteouts
 */
record WrittenLayer(
        String digest, String diffId, long blobBytes, long contentBytes, int entries, List<String> removals) {}
