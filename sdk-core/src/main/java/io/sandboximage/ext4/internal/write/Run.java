package io.sandboximage.ext4.internal.write;

/** Consecutive blocks. */
record Run(long start, long length) {
    long end() {
        return start + length;
    }
}
