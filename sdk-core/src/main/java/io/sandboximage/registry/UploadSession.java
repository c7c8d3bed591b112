package io.sandboximage.registry;

import okhttp3.HttpUrl;

/**
 * An upload that a registry has begun.
 *
 * @param location where to go on
 * @param offset how many bytes the registry has
 * @param minChunk smallest chunk that it takes, but for the last; 0 if it did not say
 */
record UploadSession(HttpUrl location, long offset, long minChunk) {
    UploadSession at(long newOffset) {
        return new UploadSession(location, newOffset, minChunk);
    }
}
