package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.ext4.Ext4Superblock;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code inspect} tells about an ext4 file. */
final class Ext4Report {
    private Ext4Report() {}

    static Report of(Path file) {
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            Ext4Superblock superblock = reader.superblock();
            Map<String, Inode> paths = TreePaths.of(reader.tree());
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("file", file.toString());
            json.put("superblock", superblock(superblock));
            // Made one by one while they are written: a tree may have a million names.
            Iterable<Object> entries = () -> paths.entrySet().stream()
                    .map(e -> (Object) entry(e.getKey(), e.getValue()))
                    .iterator();
            json.put("entries", entries);
            return new Report(json, () -> text(file, superblock) + "\n" + tree(paths));
        }
    }

    private static Map<String, Object> superblock(Ext4Superblock superblock) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("uuid", superblock.uuid().toString());
        json.put("label", superblock.label());
        json.put("sizeBytes", superblock.sizeBytes());
        json.put("blockBytes", superblock.blockBytes());
        json.put("blockCount", superblock.blockCount());
        json.put("freeBlocks", superblock.freeBlocks());
        json.put("inodeCount", superblock.inodeCount());
        json.put("freeInodes", superblock.freeInodes());
        json.put("features", superblock.features());
        json.put("clean", superblock.clean());
        json.put("created", superblock.created().toString());
        return json;
    }

    private static String text(Path file, Ext4Superblock superblock) {
        long free = superblock.freeBlocks() * superblock.blockBytes();
        return Texts.table(List.of(
                List.of("file", file.toString()),
                List.of("uuid", superblock.uuid().toString()),
                List.of("label", Texts.printable(superblock.label())),
                List.of("size", DataSize.ofBytes(superblock.sizeBytes()) + ", " + DataSize.ofBytes(free) + " free"),
                List.of("inodes", superblock.inodeCount() + ", " + superblock.freeInodes() + " free"),
                List.of("state", superblock.clean() ? "clean" : "not clean"),
                List.of("features", String.join(" ", superblock.features()))));
    }

    static String tree(Map<String, Inode> paths) {
        List<List<String>> rows = new ArrayList<>();
        paths.forEach((path, inode) -> rows.add(List.of(
                ModeText.of(inode.type(), inode.permissions()),
                Integer.toUnsignedString(inode.uid()) + ":" + Integer.toUnsignedString(inode.gid()),
                size(inode),
                time(inode).toString(),
                Texts.printable(path) + (inode.type() == FileType.SYMLINK ? " -> " + target(inode) : ""))));
        return Texts.table(rows);
    }

    static Map<String, Object> entry(String path, Inode inode) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("path", path);
        json.put("type", inode.type().name().toLowerCase(Locale.ROOT));
        json.put("mode", String.format("%04o", inode.permissions()));
        json.put("uid", Integer.toUnsignedLong(inode.uid()));
        json.put("gid", Integer.toUnsignedLong(inode.gid()));
        json.put("mtime", time(inode).toString());
        switch (inode.type()) {
            case REGULAR -> json.put("sizeBytes", inode.content().sizeBytes());
            case SYMLINK -> json.put("target", new String(inode.linkTarget(), StandardCharsets.UTF_8));
            case CHARACTER_DEVICE, BLOCK_DEVICE -> json.put("device", inode.deviceMajor() + ":" + inode.deviceMinor());
            default -> {}
        }
        if (inode.names() > 1) {
            json.put("links", inode.names());
        }
        if (!inode.xattrs().isEmpty()) {
            Map<String, Object> xattrs = new LinkedHashMap<>();
            inode.xattrs()
                    .forEach((name, value) -> xattrs.put(name, HexFormat.of().formatHex(value)));
            json.put("xattrs", xattrs);
        }
        return json;
    }

    private static String size(Inode inode) {
        return switch (inode.type()) {
            case REGULAR -> Long.toString(inode.content().sizeBytes());
            case CHARACTER_DEVICE, BLOCK_DEVICE -> inode.deviceMajor() + "," + inode.deviceMinor();
            default -> "-";
        };
    }

    private static String target(Inode inode) {
        return Texts.printable(new String(inode.linkTarget(), StandardCharsets.UTF_8));
    }

    private static Instant time(Inode inode) {
        return Instant.ofEpochSecond(inode.mtimeSeconds(), inode.mtimeNanos());
    }
}
