package io.sandboximage.registry.server;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A repository whose tags are sources that are served; read-only. */
final class ServedRepository implements RepositoryView {
    private final Map<String, ServedSource> sources = new ConcurrentHashMap<>();

    void put(String tag, ServedSource source) {
        sources.put(tag, source);
    }

    @Override
    public List<String> tags() {
        return List.copyOf(sources.keySet());
    }

    @Override
    public Optional<Digest> resolve(String tag) {
        return Optional.ofNullable(sources.get(tag)).map(ServedSource::root);
    }

    @Override
    public Optional<StoredManifest> manifest(Digest digest) {
        return first(source -> source.manifest(digest));
    }

    @Override
    public Optional<Blob> blob(Digest digest) {
        return first(source -> source.blob(digest));
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        Map<Digest, Descriptor> all = new LinkedHashMap<>();
        sources.values().forEach(source -> source.referrers(subject).forEach(d -> all.putIfAbsent(d.digest(), d)));
        return List.copyOf(all.values());
    }

    private <T> Optional<T> first(Function<ServedSource, Optional<T>> question) {
        return sources.values().stream().map(question).flatMap(Optional::stream).findFirst();
    }
}
