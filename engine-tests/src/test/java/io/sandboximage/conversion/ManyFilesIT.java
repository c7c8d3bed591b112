package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of very many files fit into the heap that the SDK promises to stay below. */
class ManyFilesIT {
    private static final int ENTRIES = 500_000;
    private static final long PROMISED_HEAP_BYTES = 256L << 20;

    @TempDir
    Path folder;

    @Test
    void convertsHalfAMillionEntriesWithinTheHeapOfThisProcess() throws IOException {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(PROMISED_HEAP_BYTES);
        ManyFilesImage.write(folder.resolve("layout"), ENTRIES, 32);
        Path ext4 = folder.resolve("root.ext4");

        try (ImageSource source = OciLayout.source(folder.resolve("layout"))) {
            Snapshot snapshot = Ext4Snapshotter.to(ext4).snapshot(source, ProgressTask.silent());

            assertThat(Integer.parseInt(snapshot.properties().getOrDefault("files", "0")))
                    .isGreaterThan(ENTRIES);
        }
        try (Ext4Reader reader = Ext4Reader.open(ext4)) {
            assertThat(reader.superblock().clean()).isTrue();
            assertThat(reader.superblock().inodeCount()).isGreaterThan(ENTRIES);
        }
    }
}
