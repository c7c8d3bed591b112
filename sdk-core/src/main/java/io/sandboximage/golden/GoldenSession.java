package io.sandboximage.golden;

import io.sandboximage.error.ConflictException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A clone of a generation that belongs to one session, to be written as one likes. It stays when the process ends, as its
 * {@link SessionLease} says. Thread-safe.
 */
public final class GoldenSession {
    private final GoldenStore store;
    private final Records.Session session;
    private final Path dataRoot;

    GoldenSession(GoldenStore store, Records.Session session, Path dataRoot) {
        this.store = store;
        this.session = session;
        this.dataRoot = dataRoot;
    }

    public String name() {
        return session.name();
    }

    public String project() {
        return session.project();
    }

    public Instant created() {
        return session.created();
    }

    /** The data root for this session's engine. */
    public Path dataRoot() {
        return dataRoot;
    }

    /** What it was cloned from, which may have been superseded or removed since; empty if the project had no golden then. */
    public Optional<GoldenGeneration> generation() {
        return session.generation();
    }

    /** Folders that the data points to. An engine in a container needs them mounted read-only, each at the same path. */
    public List<Path> readOnlyMounts() {
        return store.readOnlyMounts();
    }

    /**
     * Removes it and all that is in it.
     *
     * @throws ConflictException if a process still uses it: stop its engine first
     */
    public void release() {
        store.release(session.name());
    }

    @Override
    public String toString() {
        return session.name() + " of " + session.project() + " in " + dataRoot;
    }
}
