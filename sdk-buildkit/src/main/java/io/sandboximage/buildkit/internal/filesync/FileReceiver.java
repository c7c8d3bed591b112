package io.sandboximage.buildkit.internal.filesync;

import com.google.protobuf.ByteString;
import io.sandboximage.buildkit.internal.proto.Packet;
import io.sandboximage.buildkit.internal.proto.Packet.PacketType;
import io.sandboximage.buildkit.internal.proto.Stat;
import io.sandboximage.error.InvalidContentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes the directory that the daemon sends, over what is there: the mirror image of {@link FileSender}. Nothing is written
 * outside the target, whatever the names and symlinks say: every parent must be a directory that was made or checked here.
 * Devices, pipes and sockets cannot be made from here; they are named in a note. For one thread.
 */
public final class FileReceiver implements AutoCloseable {
    private static final int MAX_OPEN_FILES = 256;
    private static final String USER_ATTRIBUTE = "user.";
    private static final int NAMED_IN_NOTES = 10;

    private final Path root;
    private final Consumer<Packet> out;
    private final Consumer<String> notes;
    private final List<String> special = new ArrayList<>();
    private final Map<String, Path> directories = new HashMap<>();
    private final List<Finished> finishedDirectories = new ArrayList<>();
    private final List<Link> hardLinks = new ArrayList<>();
    private final Map<Integer, Pending> pending = new HashMap<>();
    private final Map<Integer, FileChannel> open = new HashMap<>();
    private int specialCount;
    private int nextId;
    private boolean listed;

    /** @param notes told what is in the result but not written */
    public FileReceiver(Path root, Consumer<Packet> out, Consumer<String> notes) throws IOException {
        this.root = root;
        this.out = out;
        this.notes = notes;
        Files.createDirectories(root);
        directories.put("", root);
    }

    private record Pending(Path path, Stat stat) {}

    private record Link(Path path, Path target) {}

    private record Finished(Path path, Stat stat) {}

    /** @return whether all has been received */
    public boolean accept(Packet packet) throws IOException {
        switch (packet.getType()) {
            case PACKET_STAT -> {
                if (packet.hasStat()) {
                    entry(nextId++, packet.getStat());
                } else {
                    listed = true;
                }
            }
            case PACKET_DATA -> data(packet.getID(), packet.getData());
            case PACKET_ERR ->
                throw new InvalidContentException("The daemon could not send the result: "
                        + packet.getData().toStringUtf8());
            default -> {}
        }
        if (listed && pending.isEmpty()) {
            finish();
            return true;
        }
        return false;
    }

    private void entry(int id, Stat stat) throws IOException {
        String wirePath = stat.getPath().toString(StandardCharsets.ISO_8859_1);
        Path path = place(wirePath);
        int mode = stat.getMode();
        if (FileMode.isDirectory(mode)) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(path);
                Files.createDirectory(path);
            }
            directories.put(wirePath, path);
            finishedDirectories.add(new Finished(path, stat));
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidContentException("The build's result has a file where " + path
                    + " is a directory. Remove it or choose an empty place");
        }
        Files.deleteIfExists(path);
        if ((mode & FileMode.SYMLINK) != 0) {
            // Any text may stand in a symlink; it is not followed here.
            Files.createSymbolicLink(path, linkTarget(stat.getLinkname()));
            applyTime(path, stat);
        } else if (FileMode.isRegular(mode) && !stat.getLinkname().isEmpty()) {
            hardLinks.add(new Link(path, place(stat.getLinkname().toString(StandardCharsets.ISO_8859_1))));
        } else if (FileMode.isRegular(mode)) {
            pending.put(id, new Pending(path, stat));
            out.accept(
                    Packet.newBuilder().setType(PacketType.PACKET_REQ).setID(id).build());
        } else {
            specialCount++;
            if (special.size() < NAMED_IN_NOTES) {
                special.add(stat.getPath().toStringUtf8());
            }
        }
    }

    private void data(int id, ByteString data) throws IOException {
        Pending file = pending.get(id);
        if (file == null) {
            throw new InvalidContentException("The daemon sent data for the file " + id + ", which was not asked for");
        }
        FileChannel channel = open.get(id);
        if (channel == null) {
            if (open.size() == MAX_OPEN_FILES) {
                throw new InvalidContentException("The daemon sends more than " + MAX_OPEN_FILES + " files at once");
            }
            channel = FileChannel.open(file.path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            open.put(id, channel);
        }
        if (!data.isEmpty()) {
            ByteBuffer bytes = data.asReadOnlyByteBuffer();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return;
        }
        channel.close();
        open.remove(id);
        pending.remove(id);
        applyMetadata(file.path, file.stat);
    }

    private void finish() throws IOException {
        noteSpecialFiles();
        for (Link link : hardLinks) {
            Files.createLink(link.path, link.target);
        }
        // Children first: writing into a directory changes its time.
        for (int i = finishedDirectories.size() - 1; i >= 0; i--) {
            Finished directory = finishedDirectories.get(i);
            applyMetadata(directory.path, directory.stat);
        }
    }

    private void noteSpecialFiles() {
        if (specialCount > 0) {
            notes.accept(
                    "The result has " + specialCount + " devices, pipes or sockets that were not written to " + root
                            + ", because Java cannot make them: " + String.join(", ", special)
                            + (specialCount > special.size() ? ", …" : "") + ". Export a tar to have them");
        }
    }

    private Path place(String wirePath) {
        int slash = wirePath.lastIndexOf('/');
        Path directory = slash == 0 ? null : directories.get(slash < 0 ? "" : wirePath.substring(0, slash));
        String name = wirePath.substring(slash + 1);
        if (directory == null || name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
            throw new InvalidContentException("The daemon sent the path \"" + wirePath
                    + "\", which is not inside the directories that it sent before");
        }
        return FileName.resolve(directory, name.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path linkTarget(ByteString target) {
        Path relative = Path.of("");
        Path path = target.startsWith(ByteString.copyFromUtf8("/"))
                ? root.getFileSystem().getPath("/")
                : relative;
        for (String part : target.toString(StandardCharsets.ISO_8859_1).split("/")) {
            if (!part.isEmpty()) {
                Path name = FileName.resolve(Path.of("/"), part.getBytes(StandardCharsets.ISO_8859_1))
                        .getFileName();
                path = path.equals(relative) ? name : path.resolve(name);
            }
        }
        return path;
    }

    private static void applyMetadata(Path path, Stat stat) throws IOException {
        writeUserAttributes(path, stat);
        if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Files.setAttribute(path, "unix:mode", FileMode.unixPermissions(stat.getMode()));
        }
        applyTime(path, stat);
    }

    /** The link's own time where it is one; before JDK 21 that is cut to microseconds. */
    private static void applyTime(Path path, Stat stat) throws IOException {
        FileTime time = FileTime.from(stat.getModTime(), TimeUnit.NANOSECONDS);
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
    }

    /** Only those that any owner of a file may set; file systems without them get the bare files, as with BuildKit's client. */
    private static void writeUserAttributes(Path path, Stat stat) {
        UserDefinedFileAttributeView view = stat.getXattrsCount() == 0
                ? null
                : Files.getFileAttributeView(path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return;
        }
        stat.getXattrsMap().forEach((name, value) -> {
            if (name.startsWith(USER_ATTRIBUTE)) {
                try {
                    view.write(name.substring(USER_ATTRIBUTE.length()), value.asReadOnlyByteBuffer());
                } catch (IOException ignored) {
                    // The file system has none.
                }
            }
        });
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open.values()) {
            channel.close();
        }
    }
}
