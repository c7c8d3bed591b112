package io.sandboximage.tests.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.disk.Qcow2;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Disks in QEMU's own format, as {@code qemu-img} sees them. {@code -Dsandboximage.qcow2.mib=2300} fills more than one block of reference
 * counts.
 */
@RequiresEngine(Engine.QEMU_IMG)
class Qcow2IT {
    private static final int MIB = 1 << 20;
    private static final int FULL_MIB = Integer.getInteger("sandboximage.qcow2.mib", 5);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {0, 512, 65_536, 65_537 + 511, MIB, 513L * MIB})
    void whatIsWrittenIsSoundAndHoldsTheSameBytes(long size) throws IOException {
        Path raw = folder.resolve("raw");
        Random random = new Random(size);
        byte[] some = new byte[70_000];
        random.nextBytes(some);
        try (RandomAccessFile disk = new RandomAccessFile(raw.toFile(), "rw")) {
            disk.setLength(size);
            for (int i = 0; i < 6 && size > some.length; i++) {
                // At the start, at the end, and in between.
                disk.seek(i == 0 ? 0 : i == 1 ? size - some.length : random.nextLong(size - some.length));
                disk.write(some);
            }
        }

        requireSame(raw);

        assertThat(Files.size(folder.resolve("disk.qcow2"))).isLessThan(3 * MIB);
    }

    @Test
    void aDiskWithoutHolesIsSound() throws IOException {
        Path raw = folder.resolve("raw");
        byte[] ones = new byte[MIB];
        Arrays.fill(ones, (byte) 1);
        try (RandomAccessFile disk = new RandomAccessFile(raw.toFile(), "rw")) {
            for (int i = 0; i < FULL_MIB; i++) {
                disk.write(ones);
            }
        }

        requireSame(raw);
    }

    @Test
    void sizesAreFilledUpToWholeSectors() throws IOException {
        Path raw = Files.write(folder.resolve("raw"), new byte[] {1, 2, 3});

        Qcow2.write(raw, folder.resolve("disk.qcow2"), ProgressTask.silent());

        Command.of("qemu-img", "convert", "-O", "raw", folder.resolve("disk.qcow2"), folder.resolve("back"))
                .run()
                .orFail();
        assertThat(Files.readAllBytes(folder.resolve("back"))).isEqualTo(Arrays.copyOf(new byte[] {1, 2, 3}, 512));
    }

    @Test
    void aFileHasOneFormat() {
        Ext4Snapshotter compressed = Ext4Snapshotter.to(folder.resolve("file")).compressed(true);

        assertThatThrownBy(() -> compressed.qcow2(true)).isInstanceOf(InvalidRequestException.class);
        assertThat(compressed.compressed(false).qcow2(true).file()).isEqualTo(folder.resolve("file"));
    }

    private void requireSame(Path raw) {
        Path disk = folder.resolve("disk.qcow2");
        Qcow2.write(raw, disk, ProgressTask.silent());
        String check = Command.of("qemu-img", "check", disk).run().orFail().output();
        assertThat(check).contains("No errors were found on the image.");
        String compared = Command.of("qemu-img", "compare", "-f", "raw", "-F", "qcow2", raw, disk)
                .run()
                .orFail()
                .output();
        assertThat(compared).contains("Images are identical.");
    }
}
