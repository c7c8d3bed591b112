package io.sandboximage.examples.cli;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Every name of a tree with its inode; names of one inode lead to the same object. */
final class TreePaths {
    private TreePaths() {}

    /** The root is {@code /}; sorted by path. */
    static Map<String, Inode> of(FileTree tree) {
        Map<String, Inode> paths = new TreeMap<>();
        Deque<Map.Entry<String, Inode>> pending = new ArrayDeque<>();
        paths.put("/", tree.root());
        pending.add(Map.entry("", tree.root()));
        while (!pending.isEmpty()) {
            Map.Entry<String, Inode> directory = pending.remove();
            for (Map.Entry<FileName, Inode> child : directory.getValue().children()) {
                String path = directory.getKey() + "/" + text(child.getKey());
                paths.put(path, child.getValue());
                if (child.getValue().isDirectory()) {
                    pending.add(Map.entry(path, child.getValue()));
                }
            }
        }
        return new LinkedHashMap<>(paths);
    }

    /** UTF-8 as it is; other bytes as {@code \\xE9}, so that different names stay different. */
    static String text(FileName name) {
        byte[] bytes = name.bytes();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            StringBuilder text = new StringBuilder();
            for (byte b : bytes) {
                text.append(b >= 0 ? String.valueOf((char) b) : String.format("\\x%02X", b & 0xFF));
            }
            return text.toString();
        }
    }
}
