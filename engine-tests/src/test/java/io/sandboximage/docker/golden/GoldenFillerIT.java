package io.sandboximage.docker.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.BuildRequest;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.CacheRecord;
import io.sandboximage.golden.GoldenImage;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.build.GoldenBuildService;
import io.sandboximage.golden.build.GoldenBuildState;
import io.sandboximage.golden.build.GoldenBuildStatus;
import io.sandboximage.golden.build.GoldenInput;
import io.sandboximage.golden.build.GoldenProject;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build service whose images come from a BuildKit that others share. */
@RequiresEngine({Engine.DOCKER_28, Engine.BUILDKITD, Engine.BUSYBOX_STATIC, Engine.RUNC})
class GoldenFillerIT {
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void g16BuildsAreIncrementalAndLeaveTheSharedBuildKitItsCache() throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "mkdir", "/made"]
            COPY app /app
            """);
        Files.writeString(context.resolve("app"), "one");
        try (BuildKitProcess daemon = BuildKitProcess.start(Files.createDirectories(folder.resolve("buildkit")));
                BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(daemon.address()));
                BuildKitClient client = BuildKitClient.connect(BuildKitAddress.parse(daemon.address()));
                GoldenStore store = GoldenStore.at(folder.resolve("store"));
                GoldenBuildService service = GoldenBuildService.builder(store, folder.resolve("builds"))
                        .start()) {
            GoldenEngineFiller filler = GoldenEngineFiller.with(GoldenEngine.of(Engine.DOCKER_28.path()))
                    .build("app:1", BuildRequest.dockerfile(context, "Dockerfile"), builder);
            service.add(GoldenProject.of("team", filler)
                    .inputs(GoldenInput.files(context))
                    .quiet(Duration.ZERO));
            GoldenBuildStatus first = build(service);
            assertThat(Files.readString(first.log().orElseThrow())).contains("image app:1");
            GoldenImage one = onlyImage(store);
            assertThat(service.staleness("team").fresh()).isTrue();
            List<String> cached = cacheIds(client);

            Files.writeString(context.resolve("app"), "two");
            assertThat(service.staleness("team").changes()).hasSize(1);
            build(service);
            assertThat(onlyImage(store).id()).isNotEqualTo(one.id());
            assertThat(cached).isNotEmpty();
            assertThat(cacheIds(client)).containsAll(cached);
        }
    }

    private static GoldenBuildStatus build(GoldenBuildService service) {
        service.request("team", "test");
        assertThat(service.await("team", LONG)).isTrue();
        GoldenBuildStatus status = service.status("team");
        assertThat(status.state()).as(status.error()).isEqualTo(GoldenBuildState.READY);
        return status;
    }

    /** The one before has no name any more. */
    private static GoldenImage onlyImage(GoldenStore store) {
        return store.current("team").orElseThrow().image("app:1").orElseThrow();
    }

    private static List<String> cacheIds(BuildKitClient client) {
        return client.cache().usage().stream().map(CacheRecord::id).toList();
    }
}
