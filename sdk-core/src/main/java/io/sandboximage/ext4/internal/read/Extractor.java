package io.sandboximage.ext4.internal.read;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.StorageException;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of a tree in a directory. Every directory on the way is one that this extraction has made, and nothing that
 * exists is opened or replaced, so links in the tree cannot lead outside.
 */
public final class Extractor {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Volume volume;
    private final Attributes attributes;
    private final List<String> notes = new ArrayList<>();
    private final IdentityHashMap<Inode, Path> linked = new IdentityHashMap<>();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private long entries;
    private long bytes;

    private record Pending(Path path, Inode directory) {}

    public Extractor(Volume volume) {
        this.volume = volume;
        this.attributes = new Attributes(notes);
    }

    public void extract(FileTree tree, Path target) {
        try {
            Files.createDirectories(target);
            List<Pending> made = new ArrayList<>();
            pending.add(new Pending(target, tree.root()));
            while (!pending.isEmpty()) {
                Pending next = pending.remove();
                made.add(next);
                for (Map.Entry<FileName, Inode> entry : next.directory.sortedChildren()) {
                    CancelledException.throwIfInterrupted("extracting " + volume.name());
                    entry(next.path, entry.getKey(), entry.getValue());
                }
            }
            for (int i = made.size() - 1; i >= 0; i--) {
                // Only now: a directory without the right to write in it could not be filled.
                attributes.apply(made.get(i).path, made.get(i).directory);
            }
        } catch (FileAlreadyExistsException e) {
            throw new ConflictException(
                    "The file system in " + volume.name() + " was not extracted whole: " + e.getFile()
                            + " exists already; choose an empty directory",
                    e);
        } catch (IOException e) {
            throw new StorageException(
                    "The file system in " + volume.name() + " could not be extracted to " + target + ": "
                            + e.getMessage(),
                    e);
        }
    }

    public List<String> notes() {
        return notes;
    }

    public long entries() {
        return entries;
    }

    public long bytes() {
        return bytes;
    }

    private void entry(Path parent, FileName name, Inode inode) throws IOException {
        Path relative = pathOf(name.bytes());
        if (relative == null) {
            notes.add(parent.resolve("?") + ": the name \"" + name + "\" cannot be expressed here; left out");
            return;
        }
        Path path = parent.resolve(relative);
        Path first = linked.get(inode);
        if (first != null) {
            Files.createLink(path, first);
        } else if (!make(path, inode)) {
            return;
        }
        entries++;
        if (inode.isDirectory()) {
            pending.add(new Pending(path, inode));
        } else if (first == null) {
            attributes.apply(path, inode);
            if (inode.names() > 1) {
                linked.put(inode, path);
            }
        }
    }

    private boolean make(Path path, Inode inode) throws IOException {
        switch (inode.type()) {
            case DIRECTORY -> Files.createDirectory(path);
            case REGULAR -> file(path, inode);
            case SYMLINK -> {
                Path link = pathOf(inode.linkTarget());
                if (link == null) {
                    notes.add(path + ": the link's target cannot be expressed here; left out");
                    return false;
                }
                Files.createSymbolicLink(path, link);
            }
            default -> {
                notes.add(path + ": a " + inode.type() + " cannot be made without root; left out");
                return false;
            }
        }
        return true;
    }

    private void file(Path path, Inode inode) throws IOException {
        Files.createFile(path);
        ContentReader reader = ContentReader.of(volume, inode);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(inode.content().sizeBytes());
            FileChannel channel = file.getChannel();
            for (FileContent.Range range : inode.content().data()) {
                copy(reader, channel, range);
            }
        }
    }

    private void copy(ContentReader reader, FileChannel target, FileContent.Range range) throws IOException {
        long at = range.offset();
        long end = range.offset() + range.length();
        while (at < end) {
            CancelledException.throwIfInterrupted("extracting " + volume.name());
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = reader.read(at, buffer);
            buffer.flip();
            long position = at;
            while (buffer.hasRemaining()) {
                position += target.write(buffer, position);
            }
            at += count;
            bytes += count;
            if (bytes > volume.sizeBytes()) {
                throw volume.malformed("files hold more than there is: they have blocks in common");
            }
        }
    }

    /** A path of bytes that are no UTF-8, or that the platform's encoding lacks, cannot be made by a JDK: null. */
    private static @Nullable Path pathOf(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            return null;
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
