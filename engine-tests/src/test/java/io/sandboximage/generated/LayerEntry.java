package io.sandboximage.generated;

import io.sandboximage.testkit.image.TarItem;
import io.sandboximage.testkit.image.TarItem.SparseForm;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;

/**
 * One entry of a generated layer: the facts, and how the archive spells them. Paths and targets have one character for each byte.
 *
 * @param path as it stands in the archive
 * @param kind {@code f}ile, {@code d}irectory, symbolic {@code l}ink, {@code h}ard link, {@code c}haracter or {@code b}lock device,
 *     {@code p}ipe; whiteouts are files by their names
 * @param target of links
 */
record LayerEntry(
        String path,
        char kind,
        String target,
        Attributes attributes,
        long[] device,
        FileBytes bytes,
        Spelling spelling) {
    /** Times may lie before 1970. */
    record Attributes(int mode, long uid, long gid, long seconds, int nanos, SortedMap<String, byte[]> xattrs) {}

    /** Which of the ways that tar has for the same facts. */
    enum Spelling {
        PAX,
        GNU,
        USTAR,
        V7
    }

    TarItem item(SparseForm sparseForm) {
        TarItem item =
                switch (kind) {
                    case 'd' -> TarItem.directory("");
                    case 'l' -> TarItem.symlink("", "");
                    case 'h' -> TarItem.hardLink("", "");
                    case 'c' -> TarItem.characterDevice("", (int) device[0], (int) device[1]);
                    case 'b' -> TarItem.blockDevice("", (int) device[0], (int) device[1]);
                    case 'p' -> TarItem.fifo("");
                    default ->
                        bytes.sparse()
                                ? TarItem.sparse(
                                        "",
                                        sparseForm,
                                        bytes.size(),
                                        bytes.data(),
                                        bytes.ranges().toArray(long[][]::new))
                                : TarItem.file("", bytes.data());
                };
        item.path(raw(path))
                .linkTarget(raw(target))
                .mode(attributes.mode)
                .owner(attributes.uid, attributes.gid)
                .mtime(attributes.seconds, attributes.nanos);
        if (kind != 'h') {
            attributes.xattrs.forEach(item::xattr);
        }
        switch (spelling) {
            case GNU -> item.gnuNames();
            case USTAR -> {
                // An old sparse header has its map where the prefix would be.
                if (!bytes.sparse()) {
                    item.ustarPrefix();
                }
            }
            case V7 -> {
                if (!bytes.sparse() && kind != 'c' && kind != 'b') {
                    item.v7();
                }
            }
            case PAX -> {}
        }
        return item;
    }

    boolean isWhiteout() {
        return name().startsWith(".wh.");
    }

    /** The last component. */
    String name() {
        String trimmed = path.replaceAll("/+$", "");
        return trimmed.substring(trimmed.lastIndexOf('/') + 1);
    }

    static byte[] raw(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
