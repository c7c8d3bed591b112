package io.sandboximage.rootfs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarEntryType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayerIndexTest {
    @Test
    void givesBackWhatWasAddedAcrossChunks() {
        Random random = new Random(7);
        LayerIndex index = new LayerIndex();
        List<TarEntry> entries = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < 5000; i++) {
            TarEntry entry = entry(random, i, offset);
            offset += random.nextInt(100_000);
            entries.add(entry);
            index.add(entry);
        }

        assertThat(index.entries()).isEqualTo(5000);
        List<String> found = new ArrayList<>();
        index.forEach(entry -> found.add(text(entry)));
        assertThat(found).isEqualTo(entries.stream().map(LayerIndexTest::text).toList());
    }

    @Test
    void anEmptyIndexHasNoEntries() {
        assertThat(new LayerIndex()).isEmpty();
        assertThat(new LayerIndex().sizeBytes()).isZero();
    }

    @Test
    void noticesWhiteouts() {
        LayerIndex index = new LayerIndex();
        index.add(entry(new Random(1), 1, 0));
        assertThat(index.hasWhiteouts()).isFalse();

        index.add(named("a/.wh.b"));
        assertThat(index.hasWhiteouts()).isTrue();
    }

    private static String text(TarEntry e) {
        StringBuilder xattrs = new StringBuilder();
        e.xattrs().forEach((name, value) -> xattrs.append(name).append(Arrays.toString(value)));
        return e.type() + " " + Arrays.toString(e.path()) + Arrays.toString(e.linkTarget()) + e.permissions() + " "
                + e.uid() + " " + e.gid() + " " + e.mtimeSeconds() + " " + e.mtimeNanos() + " " + e.sizeBytes() + " "
                + e.dataOffset() + e.sparse() + e.deviceMajor() + " " + e.deviceMinor() + xattrs;
    }

    private static TarEntry named(String path) {
        return new TarEntry(
                TarEntryType.REGULAR,
                path.getBytes(StandardCharsets.UTF_8),
                new byte[0],
                0644,
                0,
                0,
                0,
                0,
                0,
                0,
                Optional.empty(),
                0,
                0,
                Map.of());
    }

    private static TarEntry entry(Random random, int number, long offset) {
        TarEntryType type = TarEntryType.values()[random.nextInt(TarEntryType.values().length)];
        boolean device = type == TarEntryType.BLOCK_DEVICE || type == TarEntryType.CHARACTER_DEVICE;
        byte[] path = ("usr/share/" + "d".repeat(random.nextInt(30)) + "/" + number).getBytes(StandardCharsets.UTF_8);
        byte[] link = new byte[random.nextInt(3) == 0 ? random.nextInt(200) : 0];
        random.nextBytes(link);
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        return new TarEntry(
                type,
                path,
                link,
                random.nextInt(07777),
                random.nextInt(),
                random.nextInt(),
                random.nextLong(),
                random.nextInt(1_000_000_000),
                random.nextLong() >>> 1,
                offset,
                random.nextBoolean()
                        ? Optional.empty()
                        : Optional.of(List.of(new Range(0, 7), new Range(1L << 40, random.nextInt(1 << 20)))),
                device ? random.nextInt(4096) : 0,
                device ? random.nextInt(1 << 20) : 0,
                random.nextBoolean() ? Map.of() : Map.of("security.capability", value));
    }
}
