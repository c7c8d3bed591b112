package io.sandboximage.compose;

import static java.util.Objects.requireNonNull;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Builds the images of a compose project with a BuildKit daemon and loads them into a Docker engine: independent images at once,
 * each as soon as those are there that it is built from, services with one and the same build and image only once, and of each
 * image only the layers that the engine lacks. The first failure ends the others. Thread-safe.
 */
public final class ComposeBuilder {
    private static final int MOST_AT_ONCE = 8;

    private final BuildKitBuilder builder;
    private final DockerEngine engine;
    private final Map<String, String> environment;

    private ComposeBuilder(BuildKitBuilder builder, DockerEngine engine, Map<String, String> environment) {
        this.builder = builder;
        this.engine = engine;
        this.environment = Map.copyOf(environment);
    }

    /** Both stay the caller's. Secrets that are variables are read from this process's environment. */
    public static ComposeBuilder of(BuildKitBuilder builder, DockerEngine engine) {
        return new ComposeBuilder(builder, engine, System.getenv());
    }

    /** The same with other variables for secrets. */
    public ComposeBuilder environment(Map<String, String> variables) {
        return new ComposeBuilder(builder, engine, variables);
    }

    /**
     * Builds and loads everything.
     *
     * @return in the plan's order
     * @throws io.sandboximage.error.InvalidRequestException if the plan has something that is not understood
     * @throws io.sandboximage.error.BuildFailedException if a step of a build failed
     */
    public List<ComposeImage> build(ComposePlan plan, ProgressTask progress) {
        List<ComposeTarget> targets = plan.requireUnderstood().targets();
        if (targets.isEmpty()) {
            return List.of();
        }
        Set<String> inherited = targets.stream()
                .flatMap(target -> target.dependencies().stream())
                .collect(Collectors.toSet());
        try (TemporaryDirectory layout = TemporaryDirectory.create("compose-");
                Workers workers = new Workers(Math.min(MOST_AT_ONCE, targets.size()), "building compose services")) {
            BaseImages bases = new BaseImages(builder, layout.path(), environment);
            Map<String, Future<ComposeImage>> built = new LinkedHashMap<>();
            Map<Object, Future<ComposeImage>> same = new HashMap<>();
            // In the plan's order, so that whatever a build waits for has begun.
            for (ComposeTarget target : targets) {
                Map<String, Future<ComposeImage>> before = Map.copyOf(built);
                boolean base = inherited.contains(target.name());
                built.put(
                        target.name(),
                        same.computeIfAbsent(
                                target.image(),
                                any -> workers.submit(() -> {
                                    try (ProgressTask task = progress.child(target.name())) {
                                        ComposeImage result = build(target, before, base, bases, task);
                                        task.done();
                                        return result;
                                    }
                                })));
            }
            List<ComposeImage> images = new ArrayList<>();
            built.forEach((name, image) -> images.add(workers.await(image).of(name)));
            return images;
        }
    }

    /**
     * Builds and loads what was decided on, with the project's variables.
     *
     * @see #build(ComposePlan, ProgressTask)
     */
    public List<ComposeImage> build(ComposeDecision.Build decision, ProgressTask progress) {
        return environment(decision.environment()).build(decision.plan(), progress);
    }

    private ComposeImage build(
            ComposeTarget target,
            Map<String, Future<ComposeImage>> before,
            boolean base,
            BaseImages bases,
            ProgressTask task)
            throws Exception {
        Map<String, Digest> inherits = new LinkedHashMap<>();
        for (String name : target.dependencies()) {
            inherits.put(name, requireNonNull(before.get(name)).get().digest());
        }
        try (ImageSource source = bases.build(target, inherits, base, task)) {
            DockerLoader loader = DockerLoader.into(engine);
            for (String tag : target.tags()) {
                loader = loader.tag(tag);
            }
            LoadReport report = loader.load(source, task);
            return new ComposeImage(
                    target.name(), target.tags(), source.descriptor().digest(), report);
        }
    }
}
