package io.sandboximage.golden;

import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import io.sandboximage.golden.internal.dataroot.LayerPlace;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Layers lie once on the host, for all projects; a data root has symbolic links where its layers' contents were. Sealing moves new
 * layers there; a clone copies the rest, some files for each layer, however large it is.
 *
 * <pre>
 * layers/KEY/content    what was overlay2/ID/diff, or containerd's snapshots/N/fs, or a blob
 * layers/KEY/extent     its size and number of files
 * </pre>
 *
 * Layers of images have their chain ID as key and blobs their digest, so that equal ones of two projects are one; others, of build caches,
 * have a key of their own. References are the links themselves: what no link in any cell points to is swept.
 */
@SuppressWarnings("try") // Locks are held, not used.
final class FarmStrategy implements CloneStrategy {
    private final StoreFiles files;

    FarmStrategy(StoreFiles files) {
        this.files = files;
    }

    @Override
    public GoldenStrategy kind() {
        return GoldenStrategy.LAYER_FARM;
    }

    @Override
    public void create(Cell cell) {
        Trees.makeFolders(cell.data());
    }

    @Override
    public void clone(Cell generation, Cell target) {
        Trees.copy(generation.data(), target.data());
    }

    @Override
    public void seal(Cell draft) {
        // With the lock, so that what is found here is not swept before the link to it is there.
        try (InterprocessLock lock = files.lockLayers()) {
            Map<String, Path> aside = new LinkedHashMap<>();
            Map<Path, Path> links = new LinkedHashMap<>();
            for (LayerPlace layer : new DataRoot(draft.data()).layerPlaces()) {
                if (!layer.finished() || Files.isSymbolicLink(layer.content())) {
                    continue; // It is the draft's own, or as the clone that it began with had it.
                }
                String key = layer.key().orElseGet(() -> "own-" + UUID.randomUUID());
                Path shared = files.layers().resolve(key);
                if (Files.exists(shared) || aside.containsKey(key)) {
                    files.discard(layer.content());
                } else {
                    aside.put(key, setAside(layer.content()));
                }
                links.put(layer.content(), shared.resolve("content"));
            }
            // On disk before they have their names, under which the next draft takes them for whole.
            Trees.sync(draft.data());
            for (Map.Entry<String, Path> made : aside.entrySet()) {
                Files.move(made.getValue(), files.layers().resolve(made.getKey()));
            }
            for (Map.Entry<Path, Path> link : links.entrySet()) {
                Files.createSymbolicLink(link.getKey(), link.getValue());
            }
        } catch (IOException e) {
            throw new StorageException("Could not move the layers of " + draft.data() + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public Trees.Extent measure(Cell draft) {
        Trees.Extent extent = Trees.measure(draft.data());
        for (String key : linked(draft.data())) {
            extent = extent.plus(extentOf(key));
        }
        return extent;
    }

    @Override
    public int sweep() {
        int swept = 0;
        // With the store's lock too: a draft that became a generation between two looks would be seen in neither place.
        // The layers' first: who seals holds it for as long as the disk takes, and sessions wait for the store's.
        try (InterprocessLock lock = files.lockLayers();
                InterprocessLock store = files.lock()) {
            Set<String> needed = linked(files.projects());
            needed.addAll(linked(files.sessions()));
            needed.addAll(linked(files.drafts()));
            for (String key : StoreFiles.list(files.layers())) {
                if (!needed.contains(key)) {
                    files.discard(files.layers().resolve(key));
                    swept++;
                }
            }
        }
        return swept;
    }

    @Override
    public boolean independentClones() {
        return true; // They need the layers, which their own links keep.
    }

    private Path setAside(Path content) throws IOException {
        Path made = files.layers().resolve(".new-" + UUID.randomUUID());
        Trees.makeFolders(made);
        Trees.Extent extent = Trees.measure(content);
        Files.write(made.resolve("extent"), (extent.bytes() + " " + extent.files()).getBytes(StandardCharsets.UTF_8));
        Files.move(content, made.resolve("content"));
        return made;
    }

    private Trees.Extent extentOf(String key) {
        Path file = files.layers().resolve(key).resolve("extent");
        try {
            String[] numbers = Files.readString(file).strip().split(" ", -1);
            return new Trees.Extent(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Keys of the layers that links below a folder point to. */
    private Set<String> linked(Path folder) {
        Set<String> keys = new HashSet<>();
        if (!Files.exists(folder)) {
            return keys;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (attributes.isSymbolicLink()) {
                        Path target = Files.readSymbolicLink(file);
                        if (target.startsWith(files.layers())) {
                            keys.add(
                                    files.layers().relativize(target).getName(0).toString());
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE; // It is being removed; what it needed, it needs no more.
                }
            });
        } catch (IOException e) {
            throw new StorageException("Could not read the links in " + folder + ": " + AtomicFile.reason(e), e);
        }
        return keys;
    }
}
