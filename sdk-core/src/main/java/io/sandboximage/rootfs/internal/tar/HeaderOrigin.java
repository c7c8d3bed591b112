package io.sandboximage.rootfs.internal.tar;

/** Which header it is: text for messages, put together only when there is one. */
record HeaderOrigin(String archive, long position) {
    @Override
    public String toString() {
        return archive + ", tar header at byte " + position;
    }
}
