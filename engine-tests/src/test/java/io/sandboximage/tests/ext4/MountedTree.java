package io.sandboximage.tests.ext4;

import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import io.sandboximage.testkit.engine.Command;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes a mounted tree by what find, stat, sha256sum and getfattr say of it. */
final class MountedTree {
    private static final String FIND_FORMAT = "%P\\0%y\\0%m\\0%U\\0%G\\0%s\\0%T@\\0%n\\0%l\\0";
    private static final int FIND_FIELDS = 9;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    private MountedTree() {}

    static Map<String, String> describe(Path root) {
        Map<String, String> lines = new TreeMap<>();
        String[] fields = run(root, "find . -name lost+found -prune -o -printf '" + FIND_FORMAT + "'")
                .split("\0", -1);
        for (int i = 0; i + FIND_FIELDS <= fields.length; i += FIND_FIELDS) {
            boolean sized = fields[i + 1].equals("f") || fields[i + 1].equals("l");
            String line = String.join(
                    " ",
                    fields[i + 1],
                    fields[i + 2],
                    fields[i + 3],
                    fields[i + 4],
                    sized ? fields[i + 5] : "-",
                    time(fields[i + 6]),
                    fields[i + 1].equals("d") ? "-" : fields[i + 7],
                    fields[i + 8]);
            lines.put(fields[i], line);
        }
        append(lines, run(root, "find . \\( -type c -o -type b \\) -exec stat --printf '%n\\0%t,%T\\0' {} +"));
        String[] sums =
                run(root, "find . -type f -print0 | xargs -0 -r sha256sum -z").split("\0", -1);
        for (String sum : sums) {
            if (!sum.isEmpty()) {
                lines.merge(sum.substring(68), " " + sum.substring(0, 64), String::concat);
            }
        }
        attributes(lines, run(root, "getfattr -R -P -h -d -m - -e hex ."));
        return lines;
    }

    private static void append(Map<String, String> lines, String pairs) {
        String[] fields = pairs.split("\0", -1);
        for (int i = 0; i + 2 <= fields.length; i += 2) {
            lines.merge(fields[i].substring(2), " " + fields[i + 1], String::concat);
        }
    }

    private static void attributes(Map<String, String> lines, String listing) {
        String path = "";
        Map<String, TreeSet<String>> found = new TreeMap<>();
        for (String line : listing.split("\n", -1)) {
            if (line.startsWith("# file: ")) {
                path = unescaped(line.substring("# file: ".length()));
                path = path.equals(".") ? "" : path.startsWith("./") ? path.substring(2) : path;
            } else if (line.contains("=0x")) {
                found.computeIfAbsent(path, key -> new TreeSet<>()).add(line.replaceFirst("=0x", "="));
            }
        }
        found.forEach((file, attributes) -> lines.merge(file, " " + String.join(" ", attributes), String::concat));
    }

    private static String unescaped(String path) {
        Matcher matcher = OCTAL.matcher(path);
        StringBuilder plain = new StringBuilder();
        while (matcher.find()) {
            char character = (char) Integer.parseInt(matcher.group(1), 8);
            matcher.appendReplacement(plain, Matcher.quoteReplacement(String.valueOf(character)));
        }
        return matcher.appendTail(plain).toString();
    }

    /** What {@link #describe} must give for a tree. */
    static Map<String, String> expected(FileTree tree) {
        Map<String, String> lines = new TreeMap<>();
        Trees.forEach(tree, (path, inode) -> lines.put(path.isEmpty() ? "" : path.substring(1), line(inode)));
        return lines;
    }

    private static String line(Inode inode) {
        boolean file = inode.type() == FileType.REGULAR;
        long size = file ? inode.content().sizeBytes() : inode.linkTarget().length;
        StringBuilder line = new StringBuilder(String.join(
                " ",
                letter(inode.type()),
                Integer.toOctalString(inode.permissions()),
                Integer.toUnsignedString(inode.uid()),
                Integer.toUnsignedString(inode.gid()),
                file || inode.type() == FileType.SYMLINK ? Long.toString(size) : "-",
                time(inode.mtimeSeconds(), inode.mtimeNanos()),
                inode.isDirectory() ? "-" : Integer.toString(inode.names()),
                new String(inode.linkTarget(), StandardCharsets.ISO_8859_1)));
        if (inode.type() == FileType.CHARACTER_DEVICE || inode.type() == FileType.BLOCK_DEVICE) {
            line.append(' ').append(Integer.toHexString(inode.deviceMajor()));
            line.append(',').append(Integer.toHexString(inode.deviceMinor()));
        }
        if (file) {
            byte[] bytes = inode.content() instanceof SeededContent content ? content.bytes() : new byte[0];
            line.append(' ').append(sha256(bytes));
        }
        inode.xattrs()
                .forEach((name, value) ->
                        line.append(' ').append(name).append('=').append(hex(value)));
        return line.toString();
    }

    private static String letter(FileType type) {
        return switch (type) {
            case REGULAR -> "f";
            case DIRECTORY -> "d";
            case SYMLINK -> "l";
            case CHARACTER_DEVICE -> "c";
            case BLOCK_DEVICE -> "b";
            case FIFO -> "p";
            case SOCKET -> "s";
        };
    }

    /** find prints ten digits after the point. */
    private static String time(String printed) {
        return printed.substring(0, printed.length() - 1);
    }

    private static String time(long seconds, int nanos) {
        return seconds + "." + String.format(Locale.ROOT, "%09d", nanos);
    }

    private static String hex(byte[] value) {
        return HexFormat.of().formatHex(value);
    }

    private static String sha256(byte[] bytes) {
        try {
            return hex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String run(Path folder, String script) {
        byte[] output = Command.of("sh", "-c", script)
                .in(folder)
                .env("LC_ALL", "C")
                .env("TZ", "UTC")
                .run()
                .orFail()
                .standardOutput();
        return new String(output, StandardCharsets.ISO_8859_1);
    }
}
