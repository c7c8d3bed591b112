package io.sandboximage.testkit.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One entry for a {@link RawTar}; mutable until it is added. */
public final class TarItem {
    /** How a sparse file is described in the archive. */
    public enum SparseForm {
        OLD_GNU,
        PAX_0_0,
        PAX_0_1,
        PAX_1_0
    }

    final char type;
    byte[] path;
    byte[] linkTarget = {};
    int mode;
    long uid;
    long gid;
    long seconds = 1_600_000_000;
    int nanos;
    int major;
    int minor;
    byte[] data = {};
    boolean gnuNames;
    boolean ustarPrefix;
    boolean v7;
    SparseForm sparse = SparseForm.PAX_1_0;
    long realSize = -1;
    final List<long[]> ranges = new ArrayList<>();
    final Map<String, byte[]> xattrs = new LinkedHashMap<>();
    final Map<String, byte[]> pax = new LinkedHashMap<>();

    private TarItem(char type, byte[] path, int mode) {
        this.type = type;
        this.path = path;
        this.mode = mode;
    }

    public static TarItem file(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    public static TarItem file(String path, byte[] content) {
        TarItem item = new TarItem('0', bytes(path), 0644);
        item.data = content;
        return item;
    }

    public static TarItem directory(String path) {
        return new TarItem('5', bytes(path + "/"), 0755);
    }

    public static TarItem symlink(String path, String target) {
        TarItem item = new TarItem('2', bytes(path), 0777);
        item.linkTarget = bytes(target);
        return item;
    }

    public static TarItem hardLink(String path, String target) {
        TarItem item = new TarItem('1', bytes(path), 0644);
        item.linkTarget = bytes(target);
        return item;
    }

    public static TarItem characterDevice(String path, int major, int minor) {
        return device('3', path, major, minor);
    }

    public static TarItem blockDevice(String path, int major, int minor) {
        return device('4', path, major, minor);
    }

    public static TarItem fifo(String path) {
        return new TarItem('6', bytes(path), 0600);
    }

    /** The marker that hides {@code name} of lower layers. */
    public static TarItem whiteout(String directory, String name) {
        return file(directory.isEmpty() ? ".wh." + name : directory + "/.wh." + name, "");
    }

    /** The marker that hides all lower content of a directory. */
    public static TarItem opaque(String directory) {
        return file(directory + "/.wh..wh..opq", "");
    }

    /**
     * A sparse file.
     *
     * @param data what the ranges hold, one after the other
     * @param ranges pairs of offset and length
     */
    public static TarItem sparse(String path, SparseForm form, long realSize, byte[] data, long[]... ranges) {
        TarItem item = new TarItem(form == SparseForm.OLD_GNU ? 'S' : '0', bytes(path), 0644);
        item.sparse = form;
        item.realSize = realSize;
        item.data = data;
        item.ranges.addAll(List.of(ranges));
        return item;
    }

    /** Replaces the path by raw bytes. */
    public TarItem path(byte[] bytes) {
        path = bytes.clone();
        return this;
    }

    public TarItem mode(int newMode) {
        mode = newMode;
        return this;
    }

    public TarItem owner(long newUid, long newGid) {
        uid = newUid;
        gid = newGid;
        return this;
    }

    public TarItem mtime(long newSeconds, int newNanos) {
        seconds = newSeconds;
        nanos = newNanos;
        return this;
    }

    public TarItem xattr(String name, byte[] value) {
        xattrs.put(name, value);
        return this;
    }

    /** A PAX record as it is. */
    public TarItem pax(String key, byte[] value) {
        pax.put(key, value);
        return this;
    }

    /** Replaces the target of a link by raw bytes. */
    public TarItem linkTarget(byte[] bytes) {
        linkTarget = bytes.clone();
        return this;
    }

    /** A path longer than 100 bytes is divided over name and prefix of the header, where a slash allows it. */
    public TarItem ustarPrefix() {
        ustarPrefix = true;
        return this;
    }

    /** A header without magic, as tools wrote it before 1988; for short names only. */
    public TarItem v7() {
        v7 = true;
        return this;
    }

    /** Long names by GNU's extension instead of PAX, and large numbers in base 256. */
    public TarItem gnuNames() {
        gnuNames = true;
        return this;
    }

    private static TarItem device(char type, String path, int major, int minor) {
        TarItem item = new TarItem(type, bytes(path), 0660);
        item.major = major;
        item.minor = minor;
        return item;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
