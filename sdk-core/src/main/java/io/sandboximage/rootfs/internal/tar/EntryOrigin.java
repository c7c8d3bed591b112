package io.sandboximage.rootfs.internal.tar;

/** Which entry it is: text for messages, put together only when there is one. */
public record EntryOrigin(String archive, byte[] path) {
    @Override
    public String toString() {
        return archive + ", entry \"" + TarEntry.display(path) + "\"";
    }
}
