package io.sandboximage.generated;

import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Names with all that belongs to them as text, one line each, so that trees of different makers can be compared. */
final class TreeLine {
    private static final int PIECE_BYTES = 1 << 16;

    private TreeLine() {}

    /** @param own what only this kind has: the content's digest, the target or the device's numbers */
    static String of(
            char kind, int mode, long uid, long gid, long seconds, int nanos, String own, Map<String, String> xattrs) {
        return kind + " " + Integer.toOctalString(mode) + " " + uid + ":" + gid + " " + seconds + "." + nanos + " "
                + own + " " + new TreeMap<>(xattrs);
    }

    private record Place(String path, Inode inode) {}

    /** What the reader finds. */
    static Map<String, String> lines(Ext4Reader reader) {
        Map<Inode, String> first = new IdentityHashMap<>();
        TreeMap<String, Inode> paths = new TreeMap<>();
        ArrayDeque<Place> pending = new ArrayDeque<>();
        pending.add(new Place("", reader.tree().root()));
        while (!pending.isEmpty()) {
            Place place = pending.remove();
            paths.put(place.path, place.inode);
            if (place.inode.isDirectory()) {
                for (Map.Entry<FileName, Inode> child : place.inode.children()) {
                    String name = new String(child.getKey().bytes(), StandardCharsets.ISO_8859_1);
                    pending.add(new Place(place.path + "/" + name, child.getValue()));
                }
            }
        }
        Map<String, String> lines = new TreeMap<>();
        paths.forEach((path, inode) -> lines.put(
                path,
                line(reader, inode) + (inode.names() <= 1 ? "" : " = " + first.computeIfAbsent(inode, key -> path))));
        return lines;
    }

    private static String line(Ext4Reader reader, Inode inode) {
        Map<String, String> xattrs = new HashMap<>();
        inode.xattrs().forEach((name, value) -> xattrs.put(name, HexFormat.of().formatHex(value)));
        return of(
                switch (inode.type()) {
                    case REGULAR -> 'f';
                    case DIRECTORY -> 'd';
                    case SYMLINK -> 'l';
                    case CHARACTER_DEVICE -> 'c';
                    case BLOCK_DEVICE -> 'b';
                    case FIFO -> 'p';
                    case SOCKET -> 's';
                },
                inode.permissions(),
                Integer.toUnsignedLong(inode.uid()),
                Integer.toUnsignedLong(inode.gid()),
                inode.mtimeSeconds(),
                inode.mtimeNanos(),
                switch (inode.type()) {
                    case REGULAR -> digest(reader, inode);
                    case SYMLINK -> new String(inode.linkTarget(), StandardCharsets.ISO_8859_1);
                    case CHARACTER_DEVICE, BLOCK_DEVICE -> inode.deviceMajor() + "," + inode.deviceMinor();
                    default -> "";
                },
                xattrs);
    }

    private static String digest(Ext4Reader reader, Inode file) {
        BlockDigest digest = new BlockDigest(file.content().sizeBytes());
        for (Range range : file.content().data()) {
            long at = range.offset();
            while (at < range.offset() + range.length()) {
                ByteBuffer piece =
                        ByteBuffer.allocate((int) Math.min(PIECE_BYTES, range.offset() + range.length() - at));
                if (reader.read(file, at, piece) < 0) {
                    throw new AssertionError("the file ends at " + at + " within " + range);
                }
                byte[] bytes = new byte[piece.flip().remaining()];
                piece.get(bytes);
                digest.add(at, bytes);
                at += bytes.length;
            }
        }
        return digest.hex();
    }
}
