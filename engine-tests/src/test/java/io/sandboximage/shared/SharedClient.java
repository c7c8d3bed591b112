package io.sandboximage.shared;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of a shared BuildKit, with a context of its own. */
final class SharedClient {
    private final SharedBuildKit shared;
    private final Path context;
    private final List<ProgressEvent> events = new CopyOnWriteArrayList<>();

    /** @param folder of its own, empty */
    SharedClient(SharedBuildKit shared, Path folder) throws IOException {
        this.shared = shared;
        this.context = Files.createDirectories(folder);
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "cat /proc/sys/kernel/random/uuid > /made"]
                CMD ["/bin/busybox", "cat", "/made"]
                """);
    }

    /** Builds and pushes into the shared registry; the result is another one each time that the step is run. */
    Digest push(String repository) {
        events.clear();
        try (BuildKitClient client = BuildKitClient.connect(shared.address())) {
            BuildExport pushed = BuildExport.image()
                    .attribute("name", shared.registry() + "/" + repository + ":1")
                    .attribute("push", "true");
            return client.solve(
                            DockerfileBuild.of(context).export(pushed).toRequest(),
                            ProgressTask.root(events::add, "build"))
                    .descriptor()
                    .orElseThrow()
                    .digest();
        }
    }

    /** Steps of the Dockerfile that were not in the cache. */
    List<String> stepsRun() {
        return events.stream()
                .filter(ProgressEvent.Started.class::isInstance)
                .map(ProgressEvent.Started.class::cast)
                .filter(step -> step.label().matches("\\[.*[0-9]/[0-9]\\].*"))
                .filter(step -> events.stream()
                        .filter(ProgressEvent.Finished.class::isInstance)
                        .map(ProgressEvent.Finished.class::cast)
                        .anyMatch(end -> end.task() == step.task() && end.outcome() == ProgressEvent.Outcome.DONE))
                .map(ProgressEvent.Started::label)
                .toList();
    }
}
