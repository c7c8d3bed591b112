package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace of a run goes on in the daemon: its own spans, which it keeps with the build's record, are below the build's span. */
@RequiresEngine({Engine.BUILDKITD, Engine.BUILDCTL, Engine.RUNC})
class TraceContextIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final int MAX_BYTES = 1_000_000;
    /** The daemon waits three seconds for more spans. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void daemonsSpansJoinTheTraceOfTheRun(@TempDir Path folder) throws IOException {
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        try (BuildKitProcess daemon = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
                BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(daemon.address()))
                        .inPlace()) {
            ProgressTask task = ProgressTask.root(new Traced(), "build");
            try (ImageSource image = builder.build(
                    BuildRequest.dockerfile(context, "Dockerfile").platform(Platform.LINUX_AMD64), task)) {
                assertThat(image.descriptor().sizeBytes()).isPositive();
            }
            AtomicReference<String> spans = new AtomicReference<>("");
            daemon.daemon().await("keeping the trace of the build", PATIENCE, () -> {
                trace(daemon).ifPresent(spans::set);
                return !spans.get().isEmpty();
            });
            assertThat(spans.get()).contains(TRACE).contains(SPAN).contains("COPY Dockerfile /");
        }
    }

    /** The spans in the record of the daemon's only build, once they are there. */
    private static Optional<String> trace(BuildKitProcess daemon) {
        String histories = daemon.buildctl("debug", "histories", "--format", "{{json .}}")
                .run()
                .output();
        return histories
                .lines()
                .map(line -> JsonView.parse(line.getBytes(StandardCharsets.UTF_8), MAX_BYTES, "record"))
                .map(event -> event.object("record").flatMap(record -> record.object("trace")))
                .flatMap(Optional::stream)
                .map(trace -> trace.requireString("digest"))
                .findFirst()
                .map(digest -> daemon.buildctl("debug", "get", digest).run().output());
    }

    /** A listener that makes traces of one span. */
    private static final class Traced implements ProgressListener {
        @Override
        public void onEvent(ProgressEvent event) {}

        @Override
        public Optional<String> traceParent(long task) {
            return Optional.of("00-" + TRACE + "-" + SPAN + "-01");
        }
    }
}
