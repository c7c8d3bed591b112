package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import io.sandboximage.tests.JavaProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed at random points while they write snapshots and keep layers. */
class LayerCacheKillsIT {
    private static final int KILLS = Integer.getInteger("sandboximage.layerCacheKills", 3);
    private static final int LONGEST_MILLIS = 2500;

    @TempDir
    Path folder;

    @Test
    void noFileIsTornAndTheCacheStaysUsable() throws Exception {
        FeatureImage.portable().write(folder.resolve("layout"), "v1", Compression.MIXED);
        Path output = Files.createDirectory(folder.resolve("output"));
        Path full = folder.resolve("full.ext4");
        convert(Ext4Snapshotter.to(full));
        Command java = Command.of(JavaProgram.line(
                        List.of("-Xmx128m"),
                        KilledKeeping.class,
                        List.of(folder.resolve("layout"), output.resolve("killed.ext4"), output.resolve("cache")))
                .toArray());
        Random random = new Random(KILLS);

        for (int kill = 0; kill < KILLS; kill++) {
            Path log = folder.resolve("log-" + kill);
            try (Daemon process = java.start(log)) {
                process.awaitLog(KilledKeeping.BEGINS, Duration.ofMinutes(5));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
                process.kill();
                process.awaitEnd(Duration.ofMinutes(1));
            }
            assertThat(log).content().isEqualToIgnoringNewLines(KilledKeeping.BEGINS);
            if (Files.exists(output.resolve("killed.ext4"))) {
                assertThat(Files.mismatch(output.resolve("killed.ext4"), full))
                        .as("kill " + kill)
                        .isEqualTo(-1);
            }
            Path again = output.resolve("again.ext4");
            Snapshot snapshot = convert(Ext4Snapshotter.to(again)
                    .layerCache(LayerCache.at(output.resolve("cache")).verifyData(true)));
            assertThat(Files.mismatch(again, full))
                    .as("kill %s, %s", kill, snapshot.properties())
                    .isEqualTo(-1);
            Files.delete(again);
            try (Stream<Path> left = Files.list(output.resolve("cache"))) {
                assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("lock", "v2");
            }
        }
    }

    private Snapshot convert(Ext4Snapshotter snapshotter) throws IOException {
        try (ImageSource source = OciLayout.source(folder.resolve("layout"))) {
            return snapshotter.snapshot(source, ProgressTask.silent());
        }
    }
}
