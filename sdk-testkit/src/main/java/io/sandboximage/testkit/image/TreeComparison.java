package io.sandboximage.testkit.image;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Compares two trees name by name and lists every difference. Immutable. */
public final class TreeComparison {
    private final TreeFacts expected;
    private final TreeFacts actual;
    private final Set<String> timesIgnored;

    private TreeComparison(TreeFacts expected, TreeFacts actual, Set<String> timesIgnored) {
        this.expected = expected;
        this.actual = actual;
        this.timesIgnored = timesIgnored;
    }

    public static TreeComparison of(TreeFacts expected, TreeFacts actual) {
        return new TreeComparison(expected, actual, Set.of());
    }

    /** Leaves the modification times of these paths out. */
    public TreeComparison ignoringTimesOf(Set<String> paths) {
        Set<String> more = new HashSet<>(timesIgnored);
        more.addAll(paths);
        return new TreeComparison(expected, actual, more);
    }

    /** One line a difference: {@code ./etc/passwd: owner 0:0 expected, 1:1 found}; empty for equal trees. */
    public List<String> differences() {
        List<String> found = new ArrayList<>();
        Set<String> paths = new TreeSet<>(expected.entries().keySet());
        paths.addAll(actual.entries().keySet());
        for (String path : paths) {
            TreeFacts.Entry left = expected.entries().get(path);
            TreeFacts.Entry right = actual.entries().get(path);
            if (left == null || right == null) {
                found.add(printable(path) + (left == null ? ": not expected" : ": missing"));
                continue;
            }
            compare(found, path, "mode", left.mode(), right.mode());
            compare(found, path, "owner", left.owner(), right.owner());
            if (!timesIgnored.contains(path)) {
                compare(found, path, "mtime", left.mtime(), right.mtime());
            }
            compare(found, path, "size", left.size(), right.size());
            compare(found, path, "device", left.device(), right.device());
            compare(found, path, "link target", left.linkTarget(), right.linkTarget());
            compare(found, path, "hard links", left.linkedWith(), right.linkedWith());
            compare(found, path, "sha256", left.sha256(), right.sha256());
            compare(found, path, "xattrs", left.xattrs(), right.xattrs());
        }
        return found;
    }

    private static void compare(List<String> found, String path, String what, Object left, Object right) {
        if (!left.equals(right)) {
            found.add(printable(path) + ": " + what + " " + printable(left.toString()) + " expected, "
                    + printable(right.toString()) + " found");
        }
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c < 0x7F;
            printable.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "\\x%02x", (int) c));
        }
        return printable.toString();
    }
}
