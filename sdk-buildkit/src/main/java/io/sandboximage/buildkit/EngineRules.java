package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.engine.EngineBuildKit;
import io.sandboximage.buildkit.internal.proto.CacheOptionsEntry;
import io.sandboximage.buildkit.internal.proto.Exporter;
import io.sandboximage.buildkit.internal.proto.SolveRequest;
import io.sandboximage.buildkit.internal.solve.Failures;
import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a build has to be asked for at the BuildKit inside a Docker engine, and what such an engine cannot do. Engines leave some of
 * that out without a word, so it is refused here.
 */
final class EngineRules {
    private static final String SNAPSHOTTER = "org.mobyproject.buildkit.worker.snapshotter";
    private static final String RESOLVE_MODE = "image-resolve-mode";
    private static final String IMAGE = "image";
    private static final String MOBY = "moby";
    /** Docker 26.0, the first with BuildKit 0.13. */
    private static final int SEVERAL_EXPORTERS_API = 45;

    private static final String REMEDY =
            "Use an engine with the containerd image store (\"features\": {\"containerd-snapshotter\": true}), or a"
                    + " buildkitd";

    private final BuildKitAddress address;
    private final EngineBuildKit engine;
    private final Supplier<List<BuildKitWorker>> workers;

    EngineRules(BuildKitAddress address, EngineBuildKit engine, Supplier<List<BuildKitWorker>> workers) {
        this.address = address;
        this.engine = engine;
        this.workers = workers;
    }

    /** Whether the engine keeps images in layers of its own instead of the blobs that registries have. */
    boolean classicStore() {
        return workers.get().stream().noneMatch(worker -> worker.labels().containsKey(SNAPSHOTTER));
    }

    /** @throws InvalidRequestException if the engine cannot build this */
    SolveRequest adapt(SolveRequest request) {
        refuseWhatIsMissing(request);
        SolveRequest.Builder adapted = request.toBuilder();
        adapted.clearExporters();
        for (Exporter exporter : request.getExportersList()) {
            adapted.addExporters(exporter.toBuilder().setType(type(exporter.getType())));
        }
        adapted.setExporterDeprecated(type(request.getExporterDeprecated()));
        if (!request.getFrontend().isEmpty() && !request.containsFrontendAttrs(RESOLVE_MODE)) {
            // Base images that the engine has are taken as they are, as docker does.
            adapted.putFrontendAttrs(RESOLVE_MODE, "local");
        }
        return adapted.build();
    }

    private static String type(String type) {
        return type.equals(IMAGE) ? MOBY : type;
    }

    private void refuseWhatIsMissing(SolveRequest request) {
        if (request.getExportersCount() > 1 && api() < SEVERAL_EXPORTERS_API) {
            throw new InvalidRequestException("The Docker engine at " + address
                    + " is older than 26.0 and makes one export a build, not " + request.getExportersCount()
                    + ". Build once for each: the cache makes that cheap");
        }
        @Nullable String missing = missingWithClassicStore(request);
        if (missing != null && classicStore()) {
            throw new InvalidRequestException("The Docker engine at " + address
                    + " keeps images in its classic store, and its BuildKit cannot " + missing + ". " + REMEDY);
        }
    }

    /** The first thing in a request that classic stores cannot do. */
    private static @Nullable String missingWithClassicStore(SolveRequest request) {
        for (Exporter exporter : request.getExportersList()) {
            Map<String, String> attributes = exporter.getAttrsMap();
            switch (type(exporter.getType())) {
                case "oci", "docker" -> {
                    return "export \"" + exporter.getType()
                            + "\": export image() and save it from the engine, or export files";
                }
                case MOBY -> {
                    if (isSet(attributes.get("push"))) {
                        return "push: build first, then push from the engine";
                    }
                    if (request.getFrontendAttrsOrDefault("platform", "").contains(",")) {
                        return "make one image for several platforms";
                    }
                }
                default -> {} // Files, as one tar or not, come from every store.
            }
        }
        for (CacheOptionsEntry cache : request.getCache().getExportsList()) {
            if (!cache.getType().equals("inline")) {
                return "export a cache of type \"" + cache.getType() + "\": only inline";
            }
        }
        for (Map.Entry<String, String> option : request.getFrontendAttrsMap().entrySet()) {
            if (option.getKey().startsWith("attest:") && !option.getValue().contains("disabled=true")) {
                return "make attestations (" + option.getKey().substring("attest:".length()) + ")";
            }
        }
        return null;
    }

    private static boolean isSet(@Nullable String flag) {
        return flag != null && !flag.toLowerCase(Locale.ROOT).matches("false|0|f");
    }

    private int api() {
        try {
            return engine.api();
        } catch (IOException e) {
            throw Failures.unreachable("ask for the engine's version", address.toString(), e);
        }
    }
}
