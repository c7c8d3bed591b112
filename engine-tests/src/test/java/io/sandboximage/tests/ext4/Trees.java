package io.sandboximage.tests.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Describes trees as text, one line a path, so that a comparison shows what differs. */
final class Trees {
    private static final FileName LOST_AND_FOUND = FileName.of("lost+found");

    private Trees() {}

    private record Place(String path, Inode inode) {}

    /** Paths, as bytes in ISO 8859-1, to all attributes; without lost+found. Inodes of several names tell the first of them. */
    static Map<String, String> describe(FileTree tree) {
        Map<String, String> lines = new TreeMap<>();
        IdentityHashMap<Inode, String> first = new IdentityHashMap<>();
        forEach(tree, (path, inode) -> {
            String group = inode.names() > 1 ? " = " + first.computeIfAbsent(inode, key -> path) : "";
            lines.put(path, line(inode) + group);
        });
        return lines;
    }

    /** Fails with the first few differences only: whole trees are too long to read. */
    static void requireEqual(Map<String, String> actual, Map<String, String> expected) {
        TreeSet<String> paths = new TreeSet<>(actual.keySet());
        paths.addAll(expected.keySet());
        List<String> differences = paths.stream()
                .filter(path -> !Objects.equals(actual.get(path), expected.get(path)))
                .map(path -> path + "\n  is       " + actual.get(path) + "\n  expected " + expected.get(path))
                .limit(3)
                .toList();
        assertThat(differences).isEmpty();
    }

    /** Every path with its inode, the root's path being empty. */
    static void forEach(FileTree tree, BiConsumer<String, Inode> visitor) {
        ArrayDeque<Place> pending = new ArrayDeque<>();
        pending.add(new Place("", tree.root()));
        while (!pending.isEmpty()) {
            Place place = pending.remove();
            visitor.accept(place.path, place.inode);
            if (place.inode.isDirectory()) {
                for (Map.Entry<FileName, Inode> child : place.inode.sortedChildren()) {
                    if (place.inode != tree.root() || !child.getKey().equals(LOST_AND_FOUND)) {
                        String name = new String(child.getKey().bytes(), StandardCharsets.ISO_8859_1);
                        pending.add(new Place(place.path + "/" + name, child.getValue()));
                    }
                }
            }
        }
    }

    private static String line(Inode inode) {
        StringBuilder line = new StringBuilder();
        line.append(inode.type()).append(' ').append(Integer.toOctalString(inode.permissions()));
        line.append(' ').append(inode.uid()).append(':').append(inode.gid());
        line.append(' ').append(inode.mtimeSeconds()).append('.').append(inode.mtimeNanos());
        line.append(' ').append(inode.content().sizeBytes());
        line.append(' ').append(inode.deviceMajor()).append(',').append(inode.deviceMinor());
        line.append(' ').append(new String(inode.linkTarget(), StandardCharsets.ISO_8859_1));
        inode.xattrs().forEach((name, value) -> line.append(' ')
                .append(name)
                .append('=')
                .append(HexFormat.of().formatHex(value)));
        return line.toString();
    }
}
