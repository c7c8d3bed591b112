package io.sandboximage.daytona;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.daytona.registry.RegistrySpec;
import io.sandboximage.daytona.sandbox.SandboxSpec;
import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.daytona.snapshot.SnapshotResources;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** All that the client can ask of Daytona, asked once, for comparison with what the vendor has written down. */
final class EveryCall {
    private static final ProgressTask SILENT = ProgressTask.silent();

    private EveryCall() {}

    /** One of each call that the client can make. */
    static List<RecordedRequest> record(Path folder) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("context")).resolve("a"), "a");
        try (DaytonaEmulator emulator = DaytonaEmulator.start();
                DaytonaClient client = DaytonaClient.builder()
                        .baseUrl(emulator.url())
                        .jwt("jwt-test", DaytonaEmulator.ORGANIZATION)
                        .time(emulator.clock(), emulator.clock()::sleep)
                        .build()) {
            snapshots(client, folder);
            DaytonaSnapshot made = client.snapshots().get("app");
            try (RunningSandbox sandbox = client.sandboxes()
                    .start(SandboxSpec.of("app").env("A", "b").label("c", "d").region("us"), Duration.ofMinutes(1))) {
                sandbox.exec("true", Duration.ofSeconds(5));
                try (SandboxSession session = sandbox.openSession()) {
                    session.run("true", Duration.ofSeconds(5));
                }
                client.sandboxes().useSnapshot("app");
                sandbox.stop();
            }
            String id = client.registries()
                    .create(RegistrySpec.of("r", "ghcr.io", "u", "p").project("acme"))
                    .id();
            client.registries().update(id, RegistrySpec.of("r", "ghcr.io", "u", ""));
            client.registries().get(id);
            client.registries().ensureDepotRegistry("token");
            client.registries().delete(id);
            client.account().key();
            client.account().limits();
            client.snapshots().deactivate("app");
            client.snapshots().activate("app", SnapshotWait.DEFAULT, SILENT);
            client.snapshots().deleteAndWait(made.id());
            return emulator.requests();
        }
    }

    private static void snapshots(DaytonaClient client, Path folder) {
        Snapshots snapshots = client.snapshots();
        SnapshotSpec image = SnapshotSpec.image("app", "ghcr.io/acme/app:1.0")
                .resources(new SnapshotResources(2, 4, 10, 1))
                .gpuType("H100")
                .entrypoint(List.of("/init"))
                .sandboxClass("container")
                .region("us");
        snapshots.create(image, SnapshotWait.DEFAULT, SILENT);
        SnapshotSpec built = SnapshotSpec.dockerfile(
                "built", "FROM alpine:3.20\nCOPY a /", BuildContext.of(folder.resolve("context")));
        snapshots.ensure(built, SnapshotWait.DEFAULT, SILENT);
        snapshots.buildLog("built");
        snapshots.ensure(
                SnapshotSpec.local(
                                "local",
                                ImageAssembly.scratch(Platform.LINUX_AMD64)
                                        .layer(LayerSpec.empty().file("/a", new byte[] {1}, 0644))
                                        .produce(SILENT))
                        .region("us"),
                SnapshotWait.DEFAULT,
                SILENT);
        snapshots.replace(
                SnapshotSpec.image("v", "ghcr.io/acme/app:1.0"), Retention.newest(2), SnapshotWait.DEFAULT, SILENT);
        snapshots.replace(
                SnapshotSpec.image("v", "ghcr.io/acme/app:2.0"), Retention.newest(2), SnapshotWait.DEFAULT, SILENT);
        snapshots.rollback("v", SnapshotWait.DEFAULT, SILENT);
        snapshots.find("team/app:1.0");
        for (SnapshotQuery.Sort sort : SnapshotQuery.Sort.values()) {
            snapshots
                    .list(SnapshotQuery.named("a").sortedBy(sort, true).pageSize(200))
                    .forEach(each -> {});
        }
        snapshots.list(SnapshotQuery.all().ofSandbox("none")).forEach(each -> {});
    }
}
