package io.sandboximage;

import io.sandboximage.image.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to build, for any {@link ImageBuilder}; immutable, each step gives a new value.
 *
 * @param context directory that the Dockerfile's COPY reads from
 * @param dockerfile path of the Dockerfile, relative to the context
 * @param platforms target platforms; empty for the builder's own
 * @param buildArgs ARG values by name
 * @param target stage to build; empty for the last
 * @param contexts directories by the names that the Dockerfile has for them, beside the main context
 */
public record BuildRequest(
        Path context,
        String dockerfile,
        List<Platform> platforms,
        Map<String, String> buildArgs,
        Optional<String> target,
        Map<String, Path> contexts) {
    public BuildRequest {
        platforms = List.copyOf(platforms);
        buildArgs = Collections.unmodifiableMap(new LinkedHashMap<>(buildArgs));
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
    }

    public static BuildRequest dockerfile(Path context, String dockerfile) {
        return new BuildRequest(context, dockerfile, List.of(), Map.of(), Optional.empty(), Map.of());
    }

    /** Adds a platform. */
    public BuildRequest platform(Platform platform) {
        List<Platform> more = new ArrayList<>(platforms);
        more.add(platform);
        return new BuildRequest(context, dockerfile, more, buildArgs, target, contexts);
    }

    public BuildRequest buildArg(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(buildArgs);
        more.put(name, value);
        return new BuildRequest(context, dockerfile, platforms, more, target, contexts);
    }

    public BuildRequest target(String stage) {
        return new BuildRequest(context, dockerfile, platforms, buildArgs, Optional.of(stage), contexts);
    }

    /** Adds named contexts: directories that {@code COPY --from=NAME} and {@code RUN --mount=from=NAME} read from. */
    public BuildRequest contexts(Map<String, Path> directories) {
        Map<String, Path> more = new LinkedHashMap<>(contexts);
        more.putAll(directories);
        return new BuildRequest(context, dockerfile, platforms, buildArgs, target, more);
    }
}
