package io.sandboximage.golden;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Golden caches of one host: per project generations of a Docker engine's data root, each filled once, and clones of them for sessions,
 * whose engines then start with all images present.
 *
 * <p>Thread-safe, and safe for several processes that use the same folder. Whatever dies at whatever moment, the last published
 * generation stays whole; the next {@link #at} or {@link #collect} removes what was left over. Data roots belong to root, and so must
 * this process.
 */
@SuppressWarnings("try") // Locks are held, not used.
public final class GoldenStore implements AutoCloseable {
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int RANDOM_PART = 6;

    private final StoreFiles files;
    private final CloneStrategy strategy;
    private final Builder settings;
    private final Durability durability;

    private GoldenStore(Builder settings) {
        this.settings = settings;
        this.files = new StoreFiles(settings.root);
        this.strategy = Strategies.choose(files, settings);
        this.durability = new Durability(files);
        housekeeping().recover();
    }

    /** Opens the store in a folder, or makes one there, by the best strategy that the file system carries. */
    public static GoldenStore at(Path root) {
        return builder(root).open();
    }

    /** @param root folder of the store, on the file system that the sessions' data will be on */
    public static Builder builder(Path root) {
        return new Builder(root);
    }

    public Path root() {
        return files.root();
    }

    public GoldenStrategy strategy() {
        return strategy.kind();
    }

    /**
     * Begins a generation with an empty data root.
     *
     * @throws StorageException if less space is free than the store keeps free, and nothing could be collected
     */
    public GoldenDraft draft(String project) {
        return begin(project, Optional.empty());
    }

    /** Begins a generation that starts as a clone of the present one; empty if there is none. */
    public GoldenDraft draftFromCurrent(String project) {
        Optional<GoldenView> present = viewCurrent(project);
        try {
            return begin(project, present.map(GoldenView::generation));
        } finally {
            present.ifPresent(GoldenView::close);
        }
    }

    /** What sessions of the project get now. */
    public Optional<GoldenGeneration> current(String project) {
        Optional<GoldenGeneration> pointed = Records.pointer(files.pointer(project))
                .flatMap(id -> Records.generation(files.generation(project, id).folder()));
        if (pointed.isPresent() || !Files.exists(files.pointer(project))) {
            return pointed;
        }
        // A pointer to nothing: somebody removed what it points to. The latest that is whole serves.
        return generations(project).stream().reduce((earlier, later) -> later);
    }

    /** All generations of a project, the oldest first. */
    public List<GoldenGeneration> generations(String project) {
        return StoreFiles.list(files.generations(project)).stream()
                .flatMap(id -> Records.generation(files.generation(project, id).folder()).stream())
                .sorted(Comparator.comparing(GoldenGeneration::created))
                .toList();
    }

    /** Projects that have a generation, sorted. */
    public List<String> projects() {
        return StoreFiles.list(files.projects()).stream()
                .map(StoreFiles::name)
                .filter(project -> current(project).isPresent())
                .toList();
    }

    /** When a session last started from the project's golden, or it was published. */
    public Optional<Instant> lastUsed(String project) {
        try {
            return Optional.of(Files.getLastModifiedTime(files.used(project)).toInstant());
        } catch (IOException neverUsed) {
            return Optional.empty();
        }
    }

    /** Opens a session that is kept until it is released. */
    public GoldenSession open(String project, String session) {
        return open(project, session, SessionLease.untilReleased());
    }

    /**
     * Gives the session of this name: the one that is there, with all that was done in it, else a new clone of the project's present
     * generation; an empty data root if the project has none, so that sessions start cold rather than not at all.
     *
     * @throws ConflictException if another project has a session of this name
     */
    public GoldenSession open(String project, String session, SessionLease lease) {
        try (InterprocessLock alone = files.lockSession(session)) {
            Cell cell = files.session(session);
            Optional<Records.Session> there = Optional.empty();
            Records.Session fresh;
            try (InterprocessLock lock = files.lock()) {
                Optional<Records.Session> found = Records.Session.read(cell.folder());
                if (found.isPresent() && found.get().ready() && !found.get().lost()) {
                    there = found.map(s -> s.leased(lease.process()));
                    if (!found.get().project().equals(project)) {
                        throw new ConflictException("Session " + session + " belongs to project "
                                + found.get().project() + ", not " + project + ". Choose another name, or release it");
                    }
                    if (!there.equals(found)) {
                        there.get().write(cell.folder());
                    }
                    Records.Session.noteUse(cell.folder());
                } else {
                    strategy.detach(cell);
                    files.discard(cell.folder());
                }
                fresh = new Records.Session(
                        session,
                        project,
                        current(project),
                        Instant.now(),
                        false,
                        false,
                        ProcessLease.ofThisProcess(),
                        lease.process());
                if (there.isEmpty()) {
                    Trees.makeFolders(cell.folder());
                    fresh.writeSoon(cell.folder());
                }
            }
            Path dataRoot = there.isPresent() ? strategy.attach(cell) : make(cell, fresh);
            touch(project);
            return new GoldenSession(this, there.orElse(fresh), dataRoot);
        }
    }

    /** The session of this name, if there is one that can be used. */
    public Optional<GoldenSession> session(String name) {
        Cell cell = files.session(name);
        return Records.Session.read(cell.folder())
                .filter(session -> session.ready() && !session.lost())
                .map(session -> new GoldenSession(this, session, strategy.attach(cell)));
    }

    /** All sessions that can be used, sorted by name. */
    public List<GoldenSession> sessions() {
        List<GoldenSession> sessions = new ArrayList<>();
        StoreFiles.list(files.sessions())
                .forEach(key -> session(StoreFiles.name(key)).ifPresent(sessions::add));
        return sessions;
    }

    /**
     * Opens a generation to read it.
     *
     * @throws NotFoundException if it was removed meanwhile
     */
    public GoldenView view(GoldenGeneration generation) {
        return tryView(generation)
                .orElseThrow(() -> new NotFoundException("Generation " + generation.id() + " of " + generation.project()
                        + " is no longer in " + files.root()));
    }

    /** Opens what sessions of the project get now, to read it; empty if there is none. */
    public Optional<GoldenView> viewCurrent(String project) {
        Optional<GoldenGeneration> present = current(project);
        while (present.isPresent()) {
            Optional<GoldenView> view = tryView(present.get());
            Optional<GoldenGeneration> now = current(project);
            if (view.isPresent() || now.equals(present)) {
                return view;
            }
            present = now; // It was superseded and collected between the two.
        }
        return Optional.empty();
    }

    /**
     * Removes what nothing references: superseded generations, sessions whose process ended or that nothing used for long, remains of
     * processes that died, layers that nobody needs; and then, if the store is larger or the disk fuller than its limits allow, the goldens of the projects that were not
     * used for the longest time.
     */
    public CollectReport collect() {
        return housekeeping().collect();
    }

    /** Ends what this object does in the background; sessions, drafts and all data stay. */
    @Override
    public void close() {
        durability.close();
    }

    @Override
    public String toString() {
        return "golden store " + files.root() + " (" + strategy.kind() + ")";
    }

    StoreFiles files() {
        return files;
    }

    CloneStrategy cloning() {
        return strategy;
    }

    GoldenValidation validation() {
        return settings.validation;
    }

    boolean keepsVolumes() {
        return settings.keepVolumes;
    }

    List<Path> readOnlyMounts() {
        return strategy.kind() == GoldenStrategy.LAYER_FARM ? List.of(files.layers()) : List.of();
    }

    /** @throws InvalidRequestException with the reason, if the strategy cannot carry what is in the data root */
    void requireCarried(DataRoot data) {
        Strategies.requireCarried(strategy.kind(), data);
    }

    void release(String session) {
        try (InterprocessLock alone = files.lockSession(session)) {
            housekeeping().release(session);
        }
    }

    void touch(String project) {
        Path used = files.used(project);
        try {
            Trees.makeFolders(files.project(project));
            if (!Files.exists(used)) {
                Files.write(used, new byte[0]);
            }
            Files.setLastModifiedTime(used, FileTime.from(Instant.now()));
        } catch (IOException e) {
            throw AtomicFile.failed(used, e);
        }
    }

    String newId() {
        return ID_TIME.format(Instant.now()) + "-"
                + UUID.randomUUID().toString().substring(0, RANDOM_PART);
    }

    void hold(Cell cell, Records.Holder holder) {
        try (InterprocessLock lock = files.lock()) {
            Trees.makeFolders(cell.folder());
            holder.write(cell.folder());
        }
    }

    /** Removes a draft or view. */
    void drop(Cell cell) {
        Housekeeping.unmountAll(cell);
        try (InterprocessLock lock = files.lock()) {
            strategy.detach(cell);
            files.discard(cell.folder());
        }
        housekeeping().emptyTrash();
    }

    private Housekeeping housekeeping() {
        return new Housekeeping(this, settings);
    }

    private GoldenDraft begin(String project, Optional<GoldenGeneration> base) {
        housekeeping().requireFreeSpace();
        String id = newId();
        Cell cell = files.draft(id);
        hold(cell, new Records.Holder(project, base.map(GoldenGeneration::id), ProcessLease.ofThisProcess()));
        boolean done = false;
        try {
            if (base.isPresent()) {
                strategy.clone(files.generation(project, base.get().id()), cell);
            } else {
                strategy.create(cell);
            }
            done = true;
            return new GoldenDraft(new Publication(this, project, id, base, strategy.attach(cell)));
        } finally {
            if (!done) {
                drop(cell);
            }
        }
    }

    /** Without the store's lock: the session's record keeps its generation from being collected. */
    private Path make(Cell cell, Records.Session session) {
        boolean done = false;
        try {
            Optional<GoldenGeneration> generation = session.generation();
            if (generation.isPresent()) {
                strategy.clone(
                        files.generation(session.project(), generation.get().id()), cell);
            } else {
                strategy.create(cell);
            }
            Path dataRoot = strategy.attach(cell);
            try (InterprocessLock lock = files.lock()) {
                session.finished(false).writeSoon(cell.folder());
            }
            done = true;
            durability.later(session.name());
            return dataRoot;
        } finally {
            if (!done) {
                drop(cell); // Never an engine on half a clone.
            }
        }
    }

    private Optional<GoldenView> tryView(GoldenGeneration generation) {
        String id = newId();
        Cell golden = files.generation(generation.project(), generation.id());
        Cell view = files.view(id);
        try (InterprocessLock lock = files.lock()) {
            if (Records.generation(golden.folder()).isEmpty()) {
                return Optional.empty();
            }
            Trees.makeFolders(view.folder());
            new Records.Holder(generation.project(), Optional.of(generation.id()), ProcessLease.ofThisProcess())
                    .write(view.folder());
        }
        boolean done = false;
        try {
            GoldenView opened = new GoldenView(generation, strategy.view(golden, view), () -> drop(view));
            done = true;
            return Optional.of(opened);
        } finally {
            if (!done) {
                drop(view);
            }
        }
    }

    /** How a store works; contradictions are refused by {@link #open}. */
    public static final class Builder {
        final Path root;

        @Nullable
        GoldenStrategy strategy;

        long maxBytes = Long.MAX_VALUE;
        long minFreeBytes;
        long imageBytes = 64L << 30;
        Optional<Duration> idle = Optional.empty();
        boolean keepVolumes;
        GoldenValidation validation = GoldenValidation.NONE;

        private Builder(Path root) {
            this.root = root.toAbsolutePath().normalize();
        }

        /** Chosen by probing the file system unless set; a store keeps the one that it was made with. */
        public Builder strategy(GoldenStrategy newStrategy) {
            strategy = newStrategy;
            return this;
        }

        /** What all generations together may take before those of long unused projects are collected; no limit unless set. */
        public Builder maxBytes(long bytes) {
            maxBytes = positive(bytes, "maxBytes");
            return this;
        }

        /** What stays free on the file system: below it long unused projects are collected, then drafts refused; 0 unless set. */
        public Builder minFreeBytes(long bytes) {
            minFreeBytes = bytes == 0 ? 0 : positive(bytes, "minFreeBytes");
            return this;
        }

        /**
         * How long a session that is kept until it is released may lie unused before {@link GoldenStore#collect} removes it: nobody opened
         * it, and no collection meanwhile found its data in use. For ever unless set.
         */
        public Builder idleSessions(Duration limit) {
            if (limit.isNegative() || limit.isZero()) {
                throw new InvalidRequestException("idleSessions must be positive, not " + limit);
            }
            idle = Optional.of(limit);
            return this;
        }

        /** Size of each image's file system with {@link GoldenStrategy#REFLINKED_IMAGE}, of which only what is used takes space; 64 GiB unless set. */
        public Builder imageBytes(long bytes) {
            imageBytes = positive(bytes, "imageBytes");
            return this;
        }

        /** Whether volumes of the draft's engine come into sessions; they do not unless set. */
        public Builder keepVolumes(boolean keep) {
            keepVolumes = keep;
            return this;
        }

        public Builder validation(GoldenValidation newValidation) {
            validation = newValidation;
            return this;
        }

        /**
         * Opens the store, makes it if it is not there, and cleans up what processes that died left in it.
         *
         * @throws InvalidRequestException if the store has another strategy, or the file system does not carry it; the message says why
         */
        public GoldenStore open() {
            return new GoldenStore(this);
        }

        private static long positive(long bytes, String what) {
            if (bytes <= 0) {
                throw new InvalidRequestException(what + " must be positive, not " + bytes);
            }
            return bytes;
        }
    }
}
