package io.sandboximage.assemble;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.tar.TarHeader;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns files on this machine into entries: it lists and stats, but opens no file. Symbolic links are never followed. */
final class SourceScanner {
    private final LayerSpec spec;
    private final EntryTree tree;
    private final ProgressTask progress;

    SourceScanner(LayerSpec spec, EntryTree tree, ProgressTask progress) {
        this.spec = spec;
        this.tree = tree;
        this.progress = progress;
    }

    /** Adds what is below {@code root}, but not root itself: its place in the image has attributes of its own. */
    void directory(Path root, String target) {
        if (!Files.isDirectory(root)) {
            throw new NotFoundException("Cannot put " + root + " into a layer: it is not a directory");
        }
        ArrayDeque<Place> pending = new ArrayDeque<>();
        pending.add(new Place(null, root, "", target, true));
        while (!pending.isEmpty()) {
            Place place = pending.removeLast();
            CancelledException.throwIfInterrupted("reading " + place.directory);
            for (Path child : list(place.directory)) {
                visit(child, place, pending);
            }
        }
    }

    private void visit(Path child, Place place, ArrayDeque<Place> pending) {
        String name = EntryPath.nameOf(child);
        String relative = place.relative.isEmpty() ? name : place.relative + "/" + name;
        if (spec.excluded(relative)) {
            return;
        }
        String path = EntryPath.join(place.target, name);
        if (name.startsWith(EntryPath.WHITEOUT)) {
            throw new InvalidRequestException("Cannot put " + child
                    + " into a layer: its name would delete a file there. Exclude it, and use delete() for deletions");
        }
        boolean included = spec.included(relative);
        FileFacts facts = FileFacts.of(child);
        if (facts.format() == FileFacts.DIRECTORY) {
            pending.add(new Place(place, child, relative, path, included));
            if (included) {
                tree.put(path, entry(child, path, facts));
            }
        } else if (facts.format() == FileFacts.SOCKET) {
            progress.warn("Left out the socket " + child);
        } else if (included) {
            addParents(place);
            tree.put(path, entry(child, path, facts));
        }
    }

    /** Adds one file; a symbolic link to a file stands for the file. */
    void file(Path file, String target, int mode) {
        FileFacts facts;
        Path real;
        try {
            real = file.toRealPath();
            facts = FileFacts.of(real);
        } catch (IOException e) {
            throw new NotFoundException("Cannot put " + file + " into a layer: there is no such file", e);
        }
        if (facts.format() != FileFacts.REGULAR) {
            throw new InvalidRequestException("Cannot put " + file + " into a layer as a file: it is none");
        }
        LayerEntry found = entry(real, target, facts);
        tree.put(
                target,
                mode < 0 || found.type() != TarHeader.TYPE_FILE
                        ? found
                        : new LayerEntry(
                                found.type(),
                                mode,
                                found.uid(),
                                found.gid(),
                                found.sizeBytes(),
                                "",
                                0,
                                0,
                                null,
                                real,
                                found.state()));
    }

    /** Directories that no pattern includes are there if something in them is. */
    private void addParents(Place place) {
        for (Place at = place; at != null && !at.included; at = at.above) {
            if (!tree.entries().containsKey(at.target)) {
                tree.put(at.target, entry(at.directory, at.target, FileFacts.of(at.directory)));
            }
        }
    }

    private LayerEntry entry(Path file, String path, FileFacts facts) {
        long uid = spec.owners().user(facts.uid());
        long gid = spec.owners().group(facts.gid());
        int mode = spec.mode(facts);
        switch (facts.format()) {
            case FileFacts.DIRECTORY -> {
                return new LayerEntry(TarHeader.TYPE_DIRECTORY, mode, uid, gid, 0, "", 0, 0, null, null, "");
            }
            case FileFacts.SYMLINK -> {
                return new LayerEntry(
                        TarHeader.TYPE_SYMLINK, 0777, uid, gid, 0, linkTarget(file), 0, 0, null, null, "");
            }
            case FileFacts.REGULAR -> {
                tree.sawChange(facts.lastChange());
                if (spec.keepsHardLinks() && facts.links() > 1) {
                    tree.sharesInode(path, facts.key());
                }
                return new LayerEntry(
                        TarHeader.TYPE_FILE, mode, uid, gid, facts.sizeBytes(), "", 0, 0, null, file, facts.state());
            }
            case FileFacts.FIFO -> {
                return new LayerEntry(TarHeader.TYPE_FIFO, mode, uid, gid, 0, "", 0, 0, null, null, "");
            }
            default -> {
                char type = facts.format() == FileFacts.BLOCK_DEVICE
                        ? TarHeader.TYPE_BLOCK_DEVICE
                        : TarHeader.TYPE_CHARACTER_DEVICE;
                return new LayerEntry(type, mode, uid, gid, 0, "", facts.major(), facts.minor(), null, null, "");
            }
        }
    }

    private static String linkTarget(Path link) {
        try {
            return EntryPath.linkText(Files.readSymbolicLink(link));
        } catch (IOException e) {
            throw new StorageException("Could not read the link " + link + ": " + AtomicFile.reason(e), e);
        }
    }

    private static List<Path> list(Path directory) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(children::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            throw new StorageException("Could not list " + directory + ": " + e.getMessage(), e);
        }
        children.sort(Comparator.comparing(EntryPath::nameOf));
        return children;
    }

    /** A directory at work; {@code relative} is its path below the source, {@code target} the one in the image. */
    private record Place(@Nullable Place above, Path directory, String relative, String target, boolean included) {}
}
