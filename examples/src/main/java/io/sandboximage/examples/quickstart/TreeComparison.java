package io.sandboximage.examples.quickstart;

import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Compares what an ext4 file holds with what was put into the image: every name, every attribute, every byte. */
final class TreeComparison {
    /** mkfs makes it, the image has it not. */
    private static final Set<String> MADE_BY_EXT4 = Set.of("/lost+found");

    private final Ext4Reader reader;
    private final Instant mtime;
    private final List<String> differences = new ArrayList<>();
    private final Map<String, Inode> found = new LinkedHashMap<>();

    private TreeComparison(Ext4Reader reader, Instant mtime) {
        this.reader = reader;
        this.mtime = mtime;
    }

    /**
     * @param expected by path; what comes later wins
     * @param mtime the time that all files have
     * @return one line a difference; none if all is as it should be
     */
    static List<String> differences(Ext4Reader reader, Map<String, SampleFile> expected, Instant mtime) {
        TreeComparison comparison = new TreeComparison(reader, mtime);
        comparison.collect("", reader.tree().root());
        comparison.compareNames(expected.keySet());
        expected.forEach(comparison::compare);
        return comparison.differences;
    }

    private void collect(String path, Inode directory) {
        for (Map.Entry<FileName, Inode> child : directory.sortedChildren()) {
            String name = path + "/" + child.getKey();
            found.put(name, child.getValue());
            if (child.getValue().isDirectory()) {
                collect(name, child.getValue());
            }
        }
    }

    private void compareNames(Set<String> expected) {
        Set<String> more = new TreeSet<>(found.keySet());
        more.removeAll(expected);
        more.removeAll(MADE_BY_EXT4);
        more.forEach(path -> differences.add(path + ": was not put in"));
    }

    private void compare(String path, SampleFile wanted) {
        Inode inode = found.get(path);
        if (inode == null) {
            differences.add(path + ": is missing");
            return;
        }
        check(path, "type", wanted.type(), inode.type());
        check(path, "mode", Integer.toOctalString(wanted.permissions()), Integer.toOctalString(inode.permissions()));
        check(path, "owner", wanted.uid() + ":" + wanted.gid(), inode.uid() + ":" + inode.gid());
        check(path, "mtime", mtime, Instant.ofEpochSecond(inode.mtimeSeconds(), inode.mtimeNanos()));
        check(path, "xattrs", Set.of(), inode.xattrs().keySet());
        if (wanted.hardLink()) {
            check(path, "hard link", true, inode == found.get(wanted.text()));
        } else if (wanted.type() == FileType.SYMLINK) {
            check(path, "target", wanted.text(), new String(inode.linkTarget(), StandardCharsets.UTF_8));
        } else if (wanted.type() == FileType.REGULAR && inode.type() == FileType.REGULAR) {
            byte[] bytes = wanted.bytes();
            check(path, "size", (long) bytes.length, inode.content().sizeBytes());
            check(path, "content", Digest.sha256(bytes), digest(inode));
        }
    }

    private Digest digest(Inode file) {
        try (InputStream in = reader.newInputStream(file)) {
            return Digest.sha256(in.readAllBytes());
        } catch (IOException e) {
            throw new StorageException("Could not read a file of the ext4 file system back: " + e.getMessage(), e);
        }
    }

    private void check(String path, String what, Object wanted, Object actual) {
        if (!Objects.equals(wanted, actual)) {
            differences.add(path + ": " + what + " is " + actual + " instead of " + wanted);
        }
    }
}
