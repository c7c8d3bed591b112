package io.sandboximage.registry;

/**
 * How blobs are cut for uploads.
 *
 * @param chunkedFrom blobs of this size and above go in chunks
 * @param chunkBytes size of a chunk
 * @param singlePostBelow smaller blobs are tried in one single request
 */
record UploadSettings(long chunkedFrom, long chunkBytes, long singlePostBelow) {
    private static final long CHUNK = 32L * 1024 * 1024;
    private static final long SINGLE_POST = 64L * 1024;

    /**
     * One PUT for all, whatever the size: that is what every registry takes. A break in the middle is still resumed where the
     * registry kept what it got, and a registry that finds the body too large gets it in chunks.
     */
    static UploadSettings defaults() {
        return new UploadSettings(Long.MAX_VALUE, CHUNK, SINGLE_POST);
    }

    static UploadSettings chunks(long bytes) {
        return new UploadSettings(bytes + 1, bytes, SINGLE_POST);
    }
}
