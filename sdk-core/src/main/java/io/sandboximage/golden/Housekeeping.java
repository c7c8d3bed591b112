package io.sandboximage.golden;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.host.LiveUse;
import io.sandboximage.golden.internal.host.MountTable;
import io.sandboximage.golden.internal.host.Program;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what nobody needs. Decisions and renames happen under the store's lock; deleting takes its time outside of it. */
@SuppressWarnings("try") // Locks are held, not used.
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /** How fine the use of sessions is known: it is looked for this often at most during their limit. */
    private static final int NOTES_PER_LIMIT = 20;

    private final GoldenStore store;
    private final StoreFiles files;
    private final CloneStrategy strategy;
    private final GoldenStore.Builder limits;
    private final List<String> generations = new ArrayList<>();
    private final List<String> sessions = new ArrayList<>();
    private final List<String> kept = new ArrayList<>();
    private int leftovers;

    Housekeeping(GoldenStore store, GoldenStore.Builder limits) {
        this.store = store;
        this.files = store.files();
        this.strategy = store.cloning();
        this.limits = limits;
    }

    /** Removes what processes left that died. */
    void recover() {
        try (InterprocessLock lock = files.lock()) {
            removeLeftovers();
        }
        emptyTrash();
    }

    CollectReport collect() {
        limits.idle.ifPresent(this::noteUse);
        try (InterprocessLock lock = files.lock()) {
            removeLeftovers();
            removeEndedSessions();
            removeSuperseded();
        }
        int layers = strategy.sweep();
        layers += shrink();
        emptyTrash();
        return new CollectReport(generations, sessions, leftovers, layers, kept, usedBytes(), freeBytes());
    }

    /** Makes space if there is too little, and fails if there still is. */
    void requireFreeSpace() {
        if (freeBytes() < limits.minFreeBytes) {
            CollectReport report = collect();
            if (report.freeBytes() < limits.minFreeBytes) {
                throw new StorageException(
                        "Began no draft: " + report.freeBytes() + " bytes are free at " + files.root()
                                + ", less than the " + limits.minFreeBytes
                                + " that the store keeps free, and nothing more can be"
                                + " collected. Release sessions, or give it a larger disk");
            }
        }
    }

    /** Removes a session; its own lock is held. */
    void release(String name) {
        Cell cell = files.session(name);
        Optional<Records.Session> session = Records.Session.read(cell.folder());
        if (session.isEmpty()) {
            return; // Released before.
        }
        Path dataRoot = session.get().ready() ? strategy.attach(cell) : cell.data();
        unmountAll(cell);
        Optional<String> user = LiveUse.lasting(dataRoot);
        if (user.isPresent()) {
            throw new ConflictException("Could not release session " + name + ": " + user.get() + " still uses "
                    + dataRoot + ". Stop its engine first");
        }
        store.drop(cell);
    }

    void emptyTrash() {
        for (String name : StoreFiles.list(files.trash())) {
            Path folder = files.trash().resolve(name);
            Cell cell = new Cell(folder, files.mounts().resolve("t-" + name));
            try {
                unmountAll(cell);
                strategy.remove(cell);
            } catch (SandboxImageException e) {
                // Somebody else may be at it too; else the next collection tries again.
                LOG.debug("Could not remove {} now", folder, e);
            }
        }
    }

    private void removeLeftovers() {
        for (Path folder : List.of(files.drafts(), files.views())) {
            for (String id : StoreFiles.list(folder)) {
                Cell cell = folder.equals(files.drafts()) ? files.draft(id) : files.view(id);
                if (Records.Holder.read(cell.folder())
                        .filter(holder -> holder.owner().alive())
                        .isEmpty()) {
                    leftovers += discard(cell, folder.getFileName() + "/" + id) ? 1 : 0;
                }
            }
        }
        for (String key : StoreFiles.list(files.sessions())) {
            Cell cell = files.session(StoreFiles.name(key));
            if (Records.Session.read(cell.folder())
                    .filter(session -> !session.lost())
                    .isEmpty()) {
                leftovers += discard(cell, "session " + StoreFiles.name(key)) ? 1 : 0;
            }
        }
        for (String mount : StoreFiles.list(files.mounts())) {
            Cell cell = files.ofMount(mount);
            if (!Files.exists(cell.folder())) {
                leftovers += discard(cell, "mount " + mount) ? 1 : 0;
            }
        }
        removeTorn(files.root());
        for (String key : StoreFiles.list(files.projects())) {
            removeTorn(files.projects().resolve(key));
        }
    }

    /** Half-written records: whoever writes one holds the lock that we hold now. */
    private void removeTorn(Path folder) {
        try (DirectoryStream<Path> torn = Files.newDirectoryStream(folder, AtomicFile.TEMPORARY_PREFIX + "*")) {
            for (Path file : torn) {
                AtomicFile.removeQuietly(file);
                leftovers++;
            }
        } catch (IOException e) {
            throw new StorageException("Could not list " + folder + ": " + AtomicFile.reason(e), e);
        }
    }

    private void removeEndedSessions() {
        for (String key : StoreFiles.list(files.sessions())) {
            Cell cell = files.session(StoreFiles.name(key));
            Optional<Records.Session> session = Records.Session.read(cell.folder());
            boolean ended = session.filter(Records.Session::ready)
                    .filter(s -> s.lease().map(process -> !process.alive()).orElseGet(() -> idle(cell)))
                    .isPresent();
            if (ended && discard(cell, "session " + StoreFiles.name(key))) {
                sessions.add(StoreFiles.name(key));
            }
        }
    }

    /** Whether a session that is kept until it is released was left behind, by what is known of its use. */
    private boolean idle(Cell cell) {
        return limits.idle
                .filter(limit -> Records.Session.used(cell.folder()).plus(limit).isBefore(Instant.now()))
                .isPresent();
    }

    /** Notes which sessions are in use now. Not under the lock, as it looks at all processes for each. */
    private void noteUse(Duration limit) {
        for (String key : StoreFiles.list(files.sessions())) {
            Cell cell = files.session(StoreFiles.name(key));
            boolean counts = Records.Session.read(cell.folder())
                    .filter(session -> session.ready() && session.lease().isEmpty())
                    .isPresent();
            boolean recent = counts
                    && Records.Session.used(cell.folder())
                            .plus(limit.dividedBy(NOTES_PER_LIMIT))
                            .isAfter(Instant.now());
            if (counts && !recent && user(cell).isPresent()) {
                Records.Session.noteUse(cell.folder());
            }
        }
    }

    private static Optional<String> user(Cell cell) {
        return Stream.of(cell.data(), cell.mountPoint())
                .filter(Files::isDirectory)
                .flatMap(place -> LiveUse.of(place).stream())
                .findFirst();
    }

    private void removeSuperseded() {
        Set<String> referenced = referenced();
        for (String key : StoreFiles.list(files.projects())) {
            String project = StoreFiles.name(key);
            String current = store.current(project).map(GoldenGeneration::id).orElse("");
            for (String id : StoreFiles.list(files.generations(project))) {
                if (!id.equals(current)) {
                    removeGeneration(project, id, referenced);
                }
            }
        }
    }

    /** Takes the goldens of long unused projects until the limits are met. */
    private int shrink() {
        int layers = 0;
        List<String> oldestFirst = store.projects().stream()
                .sorted(Comparator.comparing(
                        (String project) -> store.lastUsed(project).orElse(Instant.EPOCH)))
                .toList();
        for (String project : oldestFirst) {
            if (usedBytes() <= limits.maxBytes && freeBytes() >= limits.minFreeBytes) {
                return layers;
            }
            try (InterprocessLock lock = files.lock()) {
                Set<String> referenced = referenced();
                for (String id : StoreFiles.list(files.generations(project))) {
                    removeGeneration(project, id, referenced);
                }
                if (StoreFiles.list(files.generations(project)).isEmpty()) {
                    AtomicFile.removeQuietly(files.pointer(project));
                }
            }
            layers += strategy.sweep();
            emptyTrash(); // Now, for the free space that the next turn looks at.
        }
        return layers;
    }

    private void removeGeneration(String project, String id, Set<String> referenced) {
        if (referenced.contains(id)) {
            kept.add(project + "/" + id + ": in use by a session, draft or view");
        } else {
            files.discard(files.generation(project, id).folder());
            generations.add(project + "/" + id);
        }
    }

    /** Generations that something is being made of, or read from. */
    private Set<String> referenced() {
        Set<String> ids = new HashSet<>();
        for (String key : StoreFiles.list(files.sessions())) {
            Records.Session.read(files.session(StoreFiles.name(key)).folder())
                    .filter(session -> !session.ready() || !strategy.independentClones())
                    .flatMap(Records.Session::generation)
                    .ifPresent(generation -> ids.add(generation.id()));
        }
        for (Path folder : List.of(files.drafts(), files.views())) {
            for (String id : StoreFiles.list(folder)) {
                Records.Holder.read(folder.resolve(id))
                        .flatMap(Records.Holder::generation)
                        .ifPresent(ids::add);
            }
        }
        return ids;
    }

    /** Whether it could be taken away; not while something uses it. */
    private boolean discard(Cell cell, String what) {
        try {
            unmountAll(cell);
            Optional<String> user = user(cell);
            if (user.isPresent()) {
                kept.add(what + ": " + user.get());
                return false;
            }
            strategy.detach(cell);
            files.discard(cell.folder());
            return true;
        } catch (SandboxImageException e) {
            kept.add(what + ": " + e.getMessage());
            return false;
        }
    }

    /**
     * What a killed engine left mounted in its data root, and the root itself, which engines mount on itself. What is in use refuses, which
     * {@link LiveUse} then explains.
     */
    static void unmountAll(Cell cell) {
        MountTable mounts = MountTable.ofThisProcess();
        Stream.of(
                        mounts.below(cell.mountPoint()),
                        mounts.below(cell.data()),
                        mounts.at(cell.data()).stream().toList())
                .flatMap(List::stream)
                .filter(mount -> !Program.succeeds("unmount " + mount.place(), "umount", mount.place()))
                .forEach(mount -> LOG.debug("{} is still in use", mount.place()));
    }

    private long usedBytes() {
        return store.projects().stream()
                .flatMap(project -> store.generations(project).stream())
                .mapToLong(GoldenGeneration::sizeBytes)
                .sum();
    }

    private long freeBytes() {
        try {
            return Files.getFileStore(files.root()).getUsableSpace();
        } catch (IOException e) {
            throw new StorageException(
                    "Could not ask how much is free at " + files.root() + ": " + AtomicFile.reason(e), e);
        }
    }
}
