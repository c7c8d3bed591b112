package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.golden.LoopDisk.FileSystem;
import io.sandboximage.golden.internal.host.MountTable;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresEngine(Engine.LOOP_MOUNTS)
class ImageStrategyIT {
    private static final long DISK_BYTES = 1_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void sessionsAreMountedPrivatelyPastThePageCacheAndLeaveNoDevice() throws Exception {
        try (LoopDisk disk = LoopDisk.make(FileSystem.XFS, folder, DISK_BYTES);
                GoldenStore store = GoldenWorker.open(disk.path(), GoldenStrategy.REFLINKED_IMAGE)) {
            try (GoldenDraft draft = store.draft("app")) {
                Files.writeString(
                        Files.createDirectory(draft.dataRoot().resolve("kept")).resolve("file"), "golden");
                draft.publish(Map.of());
            }
            GoldenSession session = store.open("app", "s");
            assertThat(session.dataRoot().resolve("kept/file")).hasContent("golden");
            MountTable.Entry mount =
                    MountTable.ofThisProcess().at(session.dataRoot()).orElseThrow();
            assertThat(mount.shared()).isFalse();
            Path device = Path.of("/sys/block")
                    .resolve(Path.of(mount.source()).getFileName().toString());
            assertThat(device.resolve("loop/dio")).hasContent("1");
            assertThat(device.resolve("loop/autoclear")).hasContent("1");

            // As a program leaves it that is killed between attaching and mounting.
            Path image =
                    new StoreFiles(GoldenWorker.root(disk.path())).session("s").image();
            Command.of("losetup", "--find", image).run().orFail();
            session.release();

            assertThat(attached()).doesNotContain(disk.path() + "/");
        }
    }

    private static String attached() {
        return Command.of("losetup", "--list", "--noheadings", "--output", "BACK-FILE")
                .run()
                .orFail()
                .output();
    }
}
