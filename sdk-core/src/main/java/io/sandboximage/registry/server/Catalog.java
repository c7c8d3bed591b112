package io.sandboximage.registry.server;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** All repositories of a server: those that show sources, and behind them those of the store. Thread-safe. */
final class Catalog {
    private final Repositories stored;
    private final boolean readOnly;
    private final Map<String, ServedRepository> served = new ConcurrentHashMap<>();

    Catalog(Repositories stored, boolean readOnly) {
        this.stored = stored;
        this.readOnly = readOnly;
    }

    void serve(String repository, String tag, ImageSource source) {
        served.computeIfAbsent(repository, name -> new ServedRepository()).put(tag, new ServedSource(source));
    }

    Repositories stored() {
        return stored;
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>(stored.names());
        names.addAll(served.keySet());
        return names;
    }

    Optional<RepositoryView> find(String name) {
        ServedRepository source = served.get(name);
        return source != null ? Optional.of(source) : stored.find(name).map(r -> r);
    }

    /** @throws RegistryException if there is none */
    RepositoryView view(String name) {
        return find(name).orElseThrow(() -> RegistryException.unknownRepository(name));
    }

    /** @throws RegistryException if nothing may be written to the repository */
    void checkWritable(String name) {
        if (readOnly) {
            throw RegistryException.readOnly();
        }
        if (served.containsKey(name)) {
            throw new RegistryException(
                    403,
                    RegistryException.DENIED,
                    "the repository " + name + " shows an image source and is read-only");
        }
    }

    static Digest digest(String text) {
        try {
            return Digest.parse(text);
        } catch (InvalidContentException e) {
            throw RegistryException.badDigest(text);
        }
    }
}
