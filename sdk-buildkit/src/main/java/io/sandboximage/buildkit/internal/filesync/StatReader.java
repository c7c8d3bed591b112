package io.sandboximage.buildkit.internal.filesync;

import com.google.protobuf.ByteString;
import io.sandboximage.buildkit.internal.proto.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads what travels about a file. Owners do not: a build context belongs to root, whoever checked it out. For one walk. */
final class StatReader {
    private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,ino,dev,nlink,rdev";
    private static final int PLAIN_MODE = 0755;

    private final Map<Inode, ByteString> firstNames = new HashMap<>();

    /** A file whose path and links are not told yet. */
    static final class Entry {
        private final Stat.Builder stat;
        private final @Nullable Inode inode;

        private Entry(Stat.Builder stat, @Nullable Inode inode) {
            this.stat = stat;
            this.inode = inode;
        }

        boolean isDirectory() {
            return FileMode.isDirectory(stat.getMode());
        }
    }

    /** All but path, links and extended attributes; null if there is no such file. */
    @Nullable
    Entry read(Path path) throws IOException {
        try {
            return path.getFileSystem().supportedFileAttributeViews().contains("unix") ? unix(path) : basic(path);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Completes what was read of a file that is sent next. */
    Stat complete(Entry entry, Path path, ByteString wirePath) throws IOException {
        Stat.Builder stat = entry.stat.setPath(wirePath);
        if ((stat.getMode() & FileMode.SYMLINK) != 0) {
            ByteString target = ByteString.copyFrom(FileName.targetBytes(Files.readSymbolicLink(path)));
            stat.setLinkname(target).setSize(target.size());
        } else if (entry.inode != null) {
            ByteString first = firstNames.putIfAbsent(entry.inode, wirePath);
            if (first != null) {
                // It keeps its size: the daemon compares that too, and a file that seems changed is linked anew,
                // wrongly.
                stat.setLinkname(first);
            }
        }
        if (FileMode.isRegular(stat.getMode()) || FileMode.isDirectory(stat.getMode())) {
            readUserAttributes(path, stat);
        }
        return stat.build();
    }

    private static Entry unix(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        int mode = FileMode.fromUnix(number(attributes, "mode").intValue());
        Stat.Builder stat = Stat.newBuilder().setMode(mode);
        if (attributes.get("lastModifiedTime") instanceof FileTime time) {
            stat.setModTime(time.to(TimeUnit.NANOSECONDS));
        }
        if (FileMode.isDirectory(mode)) {
            return new Entry(stat, null);
        }
        stat.setSize(number(attributes, "size").longValue());
        if ((mode & FileMode.DEVICE) != 0) {
            long device = number(attributes, "rdev").longValue();
            stat.setDevmajor((device >> 8) & 0xfff).setDevminor((device & 0xff) | ((device >> 12) & 0xfff00));
        }
        Inode inode = number(attributes, "nlink").intValue() < 2
                ? null
                : new Inode(
                        number(attributes, "dev").longValue(),
                        number(attributes, "ino").longValue());
        return new Entry(stat, inode);
    }

    /** Where there are no Unix modes everything is executable, as Docker has it. */
    private static Entry basic(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int type = attributes.isDirectory() ? FileMode.DIRECTORY : attributes.isSymbolicLink() ? FileMode.SYMLINK : 0;
        Stat.Builder stat = Stat.newBuilder()
                .setMode(type | PLAIN_MODE)
                .setModTime(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
                .setSize(attributes.isDirectory() ? 0 : attributes.size());
        return new Entry(stat, null);
    }

    /** The JDK shows only names that begin with {@code user.}; capabilities of files cannot be read. */
    private static void readUserAttributes(Path path, Stat.Builder stat) {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        try {
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                stat.putXattrs("user." + name, ByteString.copyFrom(value.flip()));
            }
        } catch (IOException ignored) {
            // The file system has none, or the file cannot be read, which its transfer will tell.
        }
    }

    private static Number number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number : 0;
    }

    private record Inode(long device, long number) {}
}
