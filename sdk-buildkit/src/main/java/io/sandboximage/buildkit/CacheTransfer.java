package io.sandboximage.buildkit;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.internal.proto.CacheOptions;
import io.sandboximage.buildkit.internal.proto.CacheOptionsEntry;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.json.Json;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The caches of one build. Local ones are OCI layouts on the client's side: the daemon reads and writes their blobs through the
 * session, but it knows no tags. So tags are looked up before the build, and set after it.
 */
final class CacheTransfer {
    private static final String LOCAL = "local";
    private static final String DEFAULT_TAG = "latest";

    private final List<CacheOptionsEntry> imports = new ArrayList<>();
    private final List<CacheOptionsEntry> exports = new ArrayList<>();
    private final Map<String, BlobDirectory> stores = new LinkedHashMap<>();
    private final Map<Path, String> targets = new LinkedHashMap<>();

    /** @param progress told of caches that are left out because they are not there, which is no reason not to build */
    CacheTransfer(SolveRequest request, ProgressTask progress) {
        for (CacheOption cache : request.cacheImports()) {
            if (cache.type().equals(LOCAL)) {
                try {
                    imports.add(localImport(cache));
                } catch (NotFoundException | InvalidContentException e) {
                    progress.warn("The local cache is left out: " + e.getMessage());
                }
            } else {
                require(cache, "registry", "ref");
                imports.add(entry(cache));
            }
        }
        for (CacheOption cache : request.cacheExports()) {
            require(cache, "registry", "ref");
            if (cache.type().equals(LOCAL)) {
                String target = require(cache, LOCAL, "dest");
                String reset = cache.attributes().getOrDefault("reset", "false");
                if (OptionText.bool(reset, "reset of the cache " + target)) {
                    throw new InvalidRequestException("The cache " + target + " cannot be reset by the export:"
                            + " remove the directory before the build, or export into another");
                }
                stores.put(LOCAL + ":" + target, store(target));
                targets.put(Path.of(target), cache.attributes().getOrDefault("tag", DEFAULT_TAG));
            }
            exports.add(entry(cache));
        }
    }

    CacheOptions message() {
        return CacheOptions.newBuilder()
                .addAllImports(imports)
                .addAllExports(exports)
                .build();
    }

    /** The imports once more, for the frontend: it does not see the message's, and without them every step would be run. */
    Optional<String> frontendOption() {
        if (imports.isEmpty()) {
            return Optional.empty();
        }
        List<Object> entries = new ArrayList<>();
        for (CacheOptionsEntry entry : imports) {
            entries.add(Map.of("Type", entry.getType(), "Attrs", new LinkedHashMap<>(entry.getAttrsMap())));
        }
        return Optional.of(new String(Json.write(entries), StandardCharsets.UTF_8));
    }

    /** By the ids that the daemon asks with. */
    Map<String, BlobDirectory> stores() {
        return stores;
    }

    /** Gives exported caches their tags. */
    void finish(SolveResult result) {
        Optional<Descriptor> manifest = result.cacheManifest();
        if (manifest.isEmpty()) {
            return; // The daemon was told to ignore errors of the export, or there was nothing to export.
        }
        targets.forEach((path, tag) -> {
            BlobDirectory blobs = store(path.toString());
            if (blobs.find(manifest.get()).isPresent()) {
                try (ContentDestination destination = OciLayout.destination(path, Optional.of(tag))) {
                    destination.commit(manifest.get(), blobs.read(manifest.get(), Manifest.MAX_BYTES));
                }
            }
        });
    }

    private CacheOptionsEntry localImport(CacheOption cache) {
        String source = require(cache, LOCAL, "src");
        String given = cache.attributes().getOrDefault("digest", "");
        Digest digest = given.isEmpty()
                ? tagged(source, cache.attributes().getOrDefault("tag", DEFAULT_TAG))
                : Digest.parse(given);
        BlobDirectory store = store(source);
        if (!Files.isRegularFile(store.path(digest))) {
            throw new NotFoundException(source + " does not hold " + digest);
        }
        stores.put(LOCAL + ":" + source, store);
        return entry(cache.with("digest", digest.toString()));
    }

    private static Digest tagged(String source, String tag) {
        try (ImageSource layout = OciLayout.source(Path.of(source), tag)) {
            return layout.descriptor().digest();
        }
    }

    private static BlobDirectory store(String path) {
        return new BlobDirectory(Path.of(path), "the cache " + path);
    }

    /** The attribute's value; empty for caches of other types. */
    private static String require(CacheOption cache, String type, String attribute) {
        String value = cache.attributes().getOrDefault(attribute, "");
        if (cache.type().equals(type) && value.isEmpty()) {
            throw new InvalidRequestException("A cache of the type " + type + " needs the attribute " + attribute);
        }
        return value;
    }

    private static CacheOptionsEntry entry(CacheOption cache) {
        return CacheOptionsEntry.newBuilder()
                .setType(cache.type())
                .putAllAttrs(cache.attributes())
                .build();
    }
}
