package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.build.DepotBuildResult;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.DepotOutput;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One build on Depot's machines, with the words of {@code docker buildx build} and some of Depot's own. */
final class DepotBuildJob {
    private final BuildJob.Order order;
    private final DepotBuildFlags flags;

    DepotBuildJob(BuildJob.Order order, DepotBuildFlags flags) {
        this.order = order;
        this.flags = flags;
    }

    DepotBuildResult run(Supplier<DockerEngine> engine, InputStream in, ProgressRenderer renderer) {
        try (BuildSource source = BuildSource.open(order.context(), order.file(), in);
                DepotBuilder connection = DepotBuilder.of(flags.options().access(order.environment()))) {
            DockerfileBuild build = source.build();
            order.flags().applyTo(build, order.environment());
            DepotOutput output = output();
            if (!order.load()) {
                return run(builder(connection), build, output, renderer);
            }
            try (DockerEngine loadedInto = engine.get()) {
                return run(builder(connection), build, output.loadedInto(loadedInto), renderer);
            }
        }
    }

    private static DepotBuildResult run(
            DepotBuilder builder, DockerfileBuild build, DepotOutput output, ProgressRenderer renderer) {
        try (ProgressTask task = ProgressTask.root(renderer, "build")) {
            DepotBuildResult result = builder.build(build, List.of(), output, task);
            task.done();
            return result;
        }
    }

    private DepotBuilder builder(DepotBuilder connection) {
        return flags.options()
                .builder(connection, order.credentials(), order.context(), order.file(), order.environment());
    }

    private DepotOutput output() {
        DepotOutput output = DepotOutput.none();
        for (String tag : order.flags().tags()) {
            output = output.tag(tag);
        }
        if (flags.save()) {
            output = output.saved();
        }
        for (String tag : flags.saveTags()) {
            output = output.savedAs(tag);
        }
        for (BuildExport export : order.outputs().exports()) {
            if (export.attributes().getOrDefault("push", "false").equals("true")) {
                output = output.pushed();
            } else if (output.export().isEmpty()) {
                output = output.exported(export);
            } else {
                throw new InvalidRequestException(
                        "Depot's machines make one output of a build, not several: build twice, the second is cached");
            }
        }
        return output;
    }

    static Map<String, Object> json(DepotBuildResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("builder", "depot");
        json.put("buildId", result.buildId());
        json.put("projectId", result.projectId());
        result.url().ifPresent(url -> json.put("url", url.toString()));
        json.put("savedAs", result.savedAs());
        result.load().ifPresent(load -> json.put("imageId", load.id().toString()));
        result.descriptor().ifPresent(root -> json.put("digest", root.digest().toString()));
        json.put("metadata", result.metadata());
        return json;
    }
}
