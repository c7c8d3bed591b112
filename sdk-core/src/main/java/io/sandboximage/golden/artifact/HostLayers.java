package io.sandboximage.golden.artifact;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenView;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Layers and blobs that the present generations of a host's other projects hold, however they came there. Generations are opened one after
 * the other, as they are needed, and stay until this is closed. For one thread.
 */
final class HostLayers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostLayers.class);

    private final Deque<GoldenGeneration> unopened = new ArrayDeque<>();
    private final List<GoldenView> open = new ArrayList<>();
    private final Map<String, Path> found = new HashMap<>();
    private final Optional<GoldenStore> store;

    private HostLayers(Optional<GoldenStore> store) {
        this.store = store;
    }

    /** For a data root that is in no store. */
    static HostLayers none() {
        return new HostLayers(Optional.empty());
    }

    static HostLayers besides(String project, GoldenStore store) {
        HostLayers layers = new HostLayers(Optional.of(store));
        store.projects().stream()
                .filter(other -> !other.equals(project))
                .flatMap(other -> store.current(other).stream())
                .forEach(layers.unopened::add);
        return layers;
    }

    /** Where content with this key is; it stays there as long as this is open. */
    Optional<Path> find(String key) {
        while (!found.containsKey(key) && !unopened.isEmpty()) {
            add(unopened.remove());
        }
        return Optional.ofNullable(found.get(key));
    }

    private void add(GoldenGeneration generation) {
        try {
            GoldenView view = store.orElseThrow().view(generation);
            open.add(view);
            new DataRoot(view.dataRoot()).layerPlaces().forEach(layer -> layer.key()
                    .ifPresent(key -> found.putIfAbsent(key, layer.content())));
        } catch (NotFoundException | InvalidContentException e) {
            // Superseded and collected meanwhile, or of an engine that we cannot read: what lacks is fetched.
            LOG.debug("{} of {} is of no use here", generation.id(), generation.project(), e);
        }
    }

    @Override
    public void close() {
        open.forEach(GoldenView::close);
    }
}
