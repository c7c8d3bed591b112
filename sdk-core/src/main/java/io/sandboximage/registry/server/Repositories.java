package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The repositories of a store. Content is kept once; what a repository may read is said by its links, so a blob cannot be read
 * through a repository that lacks it. Content that no repository links is deleted. Thread-safe.
 */
final class Repositories {
    static final String BLOBS = "_blobs";
    static final String MANIFESTS = "_manifests";
    static final String REFERRERS = "_referrers";
    static final String TAGS = "_tags";
    private static final String MARKER = "_repository";
    private static final byte[] EMPTY = {};
    private static final int LOCKS = 64;

    private final StorageBackend backend;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    Repositories(StorageBackend backend) {
        this.backend = backend;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    StorageBackend backend() {
        return backend;
    }

    List<String> names() {
        return backend.repositoriesWith(MARKER);
    }

    Optional<StoredRepository> find(String name) {
        return backend.hasRecord(name + "/" + MARKER)
                ? Optional.of(new StoredRepository(this, name))
                : Optional.empty();
    }

    /** The repository, created where it is missing. */
    StoredRepository create(String name) {
        String key = name + "/" + MARKER;
        if (!backend.hasRecord(key)) {
            backend.putRecord(key, EMPTY);
        }
        return new StoredRepository(this, name);
    }

    /** A repository that has the blob. */
    Optional<StoredRepository> holderOf(Digest blob) {
        return names().stream()
                .map(name -> new StoredRepository(this, name))
                .filter(repository -> repository.hasBlob(blob))
                .findFirst();
    }

    /** Runs {@code work} while nobody else links, unlinks or stores the content of {@code digest}. */
    <T> T locked(Digest digest, Supplier<T> work) {
        ReentrantLock lock = locks[Math.floorMod(digest.hashCode(), LOCKS)];
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Deletes the content if no repository links it any more; call it under {@link #locked}. */
    void collect(Digest digest) {
        String link = linkName(digest);
        for (String name : names()) {
            if (backend.hasRecord(name + "/" + BLOBS + "/" + link)
                    || backend.hasRecord(name + "/" + MANIFESTS + "/" + link)) {
                return;
            }
        }
        backend.deleteContent(digest);
    }

    /** Deletes content that nothing links: what a crash between storing and linking left. Call it before requests come in. */
    void sweep() {
        Set<Digest> linked = new HashSet<>();
        for (String name : names()) {
            linked.addAll(digests(backend.recordNames(name + "/" + BLOBS)));
            linked.addAll(digests(backend.recordNames(name + "/" + MANIFESTS)));
        }
        for (Digest content : backend.contents()) {
            if (!linked.contains(content)) {
                backend.deleteContent(content);
            }
        }
    }

    static String linkName(Digest digest) {
        return digest.algorithm().prefix() + "-" + digest.hex();
    }

    static List<Digest> digests(List<String> linkNames) {
        List<Digest> digests = new ArrayList<>(linkNames.size());
        for (String name : linkNames) {
            digests.add(Digest.parse(name.replace('-', ':')));
        }
        return digests;
    }
}
