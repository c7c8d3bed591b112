package io.sandboximage.ext4.internal.read;

import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sets owner, mode, attributes and time of what was extracted, as far as the user may and the platform can. */
final class Attributes {
    private static final String USER = "user.";

    private final List<String> notes;
    private final boolean unix;

    /** @param notes takes a line for everything that could not be kept */
    Attributes(List<String> notes) {
        this.notes = notes;
        this.unix = FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    }

    void apply(Path path, Inode inode) {
        if (!unix) {
            notes.add(path + ": owner and mode are not known on this platform; left as they are");
        } else {
            owner(path, inode);
            if (inode.type() != FileType.SYMLINK) {
                attempt(path, "mode", () -> Files.setAttribute(path, "unix:mode", inode.permissions()));
            }
        }
        inode.xattrs().forEach((name, value) -> xattr(path, inode, name, value));
        if (inode.type() != FileType.SYMLINK) {
            Instant time = Instant.ofEpochSecond(inode.mtimeSeconds(), inode.mtimeNanos());
            attempt(path, "time", () -> Files.setLastModifiedTime(path, FileTime.from(time)));
        }
    }

    private void owner(Path path, Inode inode) {
        try {
            Map<String, Object> now = Files.readAttributes(path, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
            if (Objects.equals(now.get("uid"), inode.uid()) && Objects.equals(now.get("gid"), inode.gid())) {
                return;
            }
        } catch (IOException e) {
            notes.add(path + ": owner could not be read: " + e.getMessage());
            return;
        }
        attempt(
                path,
                "owner " + Integer.toUnsignedString(inode.uid()) + ":" + Integer.toUnsignedString(inode.gid()),
                () -> {
                    Files.setAttribute(path, "unix:uid", inode.uid(), LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(path, "unix:gid", inode.gid(), LinkOption.NOFOLLOW_LINKS);
                });
    }

    private void xattr(Path path, Inode inode, String name, byte[] value) {
        @Nullable
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null || !name.startsWith(USER) || inode.type() == FileType.SYMLINK) {
            notes.add(path + ": the extended attribute " + name + " was not kept");
            return;
        }
        attempt(
                path,
                "extended attribute " + name,
                () -> view.write(name.substring(USER.length()), ByteBuffer.wrap(value)));
    }

    private void attempt(Path path, String what, Action action) {
        try {
            action.run();
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            notes.add(path + ": " + what + " was not kept: " + e.getMessage());
        }
    }

    /** Something that may fail without harm to the rest. */
    private interface Action {
        void run() throws IOException;
    }
}
