package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.error.StorageException;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import io.sandboximage.tests.JavaProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversions that end badly: nothing is ever found under the final name but a whole file. */
class ConversionFaultsIT {
    @TempDir
    Path folder;

    @Test
    void aKilledProcessLeavesNoFileUnderTheFinalNameAndTheNextRunCleansUp() throws IOException {
        FeatureImage.portable().write(folder.resolve("layout"), "v1", Compression.MIXED);
        Path output = Files.createDirectory(folder.resolve("output"));
        Path ext4 = output.resolve("root.ext4");
        Command java =
                Command.of(JavaProgram.line(List.of(), KilledConversion.class, List.of(folder.resolve("layout"), ext4))
                        .toArray());

        try (Daemon conversion = java.start(folder.resolve("conversion.log"))) {
            conversion.awaitLog(KilledConversion.STOPPED, Duration.ofMinutes(5));
            // While it runs, its work is nobody else's to remove.
            Ext4Snapshotter.to(output.resolve("other.ext4")).size("32MiB").snapshot(source(), ProgressTask.silent());
            assertThat(names(output)).hasSize(2).contains("other.ext4").doesNotContain("root.ext4");
            conversion.kill();
            conversion.awaitEnd(Duration.ofMinutes(1));
        }
        assertThat(names(output))
                .hasSize(2)
                .doesNotContain("root.ext4")
                .anyMatch(name -> name.startsWith(".root.ext4.partial-"));

        Ext4Snapshotter.to(ext4).snapshot(source(), ProgressTask.silent());

        assertThat(names(output)).containsExactlyInAnyOrder("other.ext4", "root.ext4");
    }

    @Test
    @RequiresEngine(Engine.LOOP_MOUNTS)
    void aFullDiskIsAStorageErrorThatLeavesNothing() throws IOException {
        FeatureImage.portable().write(folder.resolve("layout"), "v1", Compression.MIXED);
        Path small = Files.createDirectory(folder.resolve("small"));
        Command.of("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small)
                .run()
                .orFail();
        try {
            assertThatThrownBy(() ->
                            Ext4Snapshotter.to(small.resolve("root.ext4")).snapshot(source(), ProgressTask.silent()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("space");
            assertThat(names(small)).isEmpty();
        } finally {
            Command.of("umount", small).run().orFail();
        }
    }

    private ImageSource source() {
        return OciLayout.source(folder.resolve("layout"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }
}
