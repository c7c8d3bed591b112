package io.sandboximage.testkit.image;

import io.sandboximage.testkit.engine.Command;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that {@code lstat}, {@code readlink}, {@code getfattr} and a digest tell about a directory tree, by path; bytes of
 * paths and targets are kept one to a character. Needs {@link io.sandboximage.testkit.engine.Engine#XATTR_TOOLS} and root.
 */
public record TreeFacts(SortedMap<String, Entry> entries) {
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    /**
     * What is known about one name. Fields that mean nothing for a type are empty: the size and link count of directories, the
     * digest of what is no regular file.
     *
     * @param mode type and permissions in hex, as {@code stat} prints them
     * @param mtime seconds with nine decimals
     * @param device major and minor number in hex, of devices
     * @param linkedWith all names of the same inode, of files with several
     * @param xattrs names with their values in hex
     */
    public record Entry(
            String mode,
            String owner,
            String mtime,
            String size,
            String device,
            String linkTarget,
            SortedSet<String> linkedWith,
            String sha256,
            SortedMap<String, String> xattrs) {}

    /** Reads a tree; {@code root} itself has the path {@code .}. */
    public static TreeFacts of(Path root) {
        List<String> names = split(shell(root, "find . -printf '%p\\0%l\\0'"));
        List<String> stats =
                split(shell(root, "find . -print0 | xargs -0 stat --printf '%f %u:%g %.9Y %s %t:%T %d.%i %h\\0'"));
        Map<String, String> digests = FileDigests.of(root);
        Map<String, SortedMap<String, String>> xattrs = xattrs(root);
        Map<String, SortedSet<String>> groups = new HashMap<>();
        SortedMap<String, Entry> entries = new TreeMap<>();
        for (int i = 0; i < stats.size(); i++) {
            String path = names.get(2 * i);
            String[] stat = stats.get(i).split(" ", -1);
            int type = Integer.parseInt(stat[0], 16) & 0170000;
            boolean directory = type == 0040000;
            boolean device = type == 0020000 || type == 0060000;
            SortedSet<String> group = new TreeSet<>();
            if (!directory && !stat[6].equals("1")) {
                group = groups.computeIfAbsent(stat[5], k -> new TreeSet<>());
                group.add(path);
            }
            entries.put(
                    path,
                    new Entry(
                            stat[0],
                            stat[1],
                            stat[2],
                            type == 0100000 || type == 0120000 ? stat[3] : "",
                            device ? stat[4] : "",
                            names.get(2 * i + 1),
                            group,
                            digests.getOrDefault(path, ""),
                            xattrs.getOrDefault(path, new TreeMap<>())));
        }
        return new TreeFacts(entries);
    }

    /** Without a name and everything below it. */
    public TreeFacts without(String path) {
        SortedMap<String, Entry> rest = new TreeMap<>(entries);
        rest.keySet().removeIf(key -> key.equals(path) || key.startsWith(path + "/"));
        return new TreeFacts(rest);
    }

    private static Map<String, SortedMap<String, String>> xattrs(Path root) {
        Map<String, SortedMap<String, String>> all = new HashMap<>();
        SortedMap<String, String> current = new TreeMap<>();
        for (String line : shell(root, "find . -print0 | xargs -0 getfattr -h -d -m - -e hex --absolute-names --")
                .split("\n")) {
            if (line.startsWith("# file: ")) {
                current = new TreeMap<>();
                all.put(unquote(line.substring("# file: ".length())), current);
            } else if (!line.isEmpty()) {
                int equals = line.indexOf('=');
                current.put(
                        unquote(equals < 0 ? line : line.substring(0, equals)),
                        equals < 0 ? "" : line.substring(equals + 1));
            }
        }
        return all;
    }

    /** {@code getfattr} writes a backslash, and what does not print, as a backslash with three octal digits. */
    private static String unquote(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    private static List<String> split(String output) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = output.indexOf('\0'); end >= 0; end = output.indexOf('\0', start)) {
            parts.add(output.substring(start, end));
            start = end + 1;
        }
        return parts;
    }

    private static String shell(Path root, String script) {
        byte[] output = Command.of("bash", "-c", "set -o pipefail; " + script)
                .in(root)
                .env("LC_ALL", "C")
                .timeout(PATIENCE)
                .run()
                .orFail()
                .standardOutput();
        return new String(output, StandardCharsets.ISO_8859_1);
    }
}
