package io.sandboximage.tests.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.disk.Verity;
import io.sandboximage.disk.VerityTree;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hash trees as {@code veritysetup} of cryptsetup sees them, and what zstd makes of compressed files. */
@RequiresEngine({Engine.VERITYSETUP, Engine.COMPRESSORS, Engine.E2FSPROGS})
class VerityIT {
    @TempDir
    private Path folder;

    @Test
    void anAppendedTreeIsVerifiedAndOneFlippedBitIsFound() throws IOException {
        Path file = folder.resolve("appended.ext4");
        Map<String, String> facts =
                snapshot(Ext4Snapshotter.to(file).size("16MiB").verity());

        String offset = "--hash-offset=" + facts.get("verityHashOffset");
        assertThat(verify(file, file, facts.get("verityRootHash"), offset)).isZero();
        assertThat(Command.of("e2fsck", "-fn", file).run().exitCode()).isZero();
        String dump =
                Command.of("veritysetup", "dump", file, offset).run().orFail().output();
        assertThat(dump)
                .contains(facts.get("verityUuid"), facts.get("veritySalt"))
                .containsPattern("Data blocks:\\s+4096");
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            reader.verify();
        }

        flip(file, 5_000_000);
        assertThat(verify(file, file, facts.get("verityRootHash"), offset)).isNotZero();
    }

    @Test
    void aTreeBesideIsVerifiedAndTheFileIsThatWithoutOne() throws IOException {
        Path file = folder.resolve("beside.ext4");
        Path hashes = folder.resolve("beside.hashes");
        Map<String, String> facts =
                snapshot(Ext4Snapshotter.to(file).size("16MiB").verity(hashes));
        snapshot(Ext4Snapshotter.to(folder.resolve("plain.ext4")).size("16MiB"));

        assertThat(verify(file, hashes, facts.get("verityRootHash"))).isZero();
        assertThat(file).hasSameBinaryContentAs(folder.resolve("plain.ext4"));

        flip(hashes, 5000);
        assertThat(verify(file, hashes, facts.get("verityRootHash"))).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4096, 4097, 128 * 4096, 129 * 4096})
    void treesOfEveryHeightAreVerified(int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        Path file = Files.write(folder.resolve("disk"), content);

        VerityTree tree = Verity.derivedFrom("test", 2).append(file, ProgressTask.silent());

        assertThat(verify(file, file, tree.rootHash().hex(), "--hash-offset=" + tree.hashOffset()))
                .isZero();
        assertThat(Files.size(file)).isEqualTo(tree.hashOffset() + tree.hashBytes());
        assertThat(Verity.derivedFrom("test", 1)
                        .writeBeside(
                                Files.write(folder.resolve("copy"), content),
                                folder.resolve("hashes"),
                                ProgressTask.silent())
                        .rootHash())
                .isEqualTo(tree.rootHash());
    }

    @Test
    void aCompressedSnapshotIsWhatTheZstdToolUncompressesToTheSameBytes() {
        snapshot(Ext4Snapshotter.to(folder.resolve("plain.ext4")).size("16MiB"));
        snapshot(Ext4Snapshotter.to(folder.resolve("small.ext4.zst"))
                .size("16MiB")
                .compressed(true));

        Command.of("zstd", "-q", "-d", folder.resolve("small.ext4.zst")).run().orFail();

        assertThat(folder.resolve("small.ext4")).hasSameBinaryContentAs(folder.resolve("plain.ext4"));
        try (Ext4Reader reader = Ext4Reader.open(folder.resolve("small.ext4.zst"))) {
            reader.verify();
        }
    }

    private static int verify(Path data, Path hashes, String root, String... options) {
        return Command.of("veritysetup", "verify", data, hashes, root)
                .with((Object[]) options)
                .run()
                .exitCode();
    }

    private Map<String, String> snapshot(Ext4Snapshotter snapshotter) {
        byte[] bytes = new byte[6_000_000];
        new Random(9).nextBytes(bytes);
        try (ImageSource image = ImageAssembly.scratch(Platform.linuxOnThisMachine())
                .layer(LayerSpec.empty().file("/bulk", bytes, 0644))
                .produce(ProgressTask.silent())) {
            Snapshot snapshot = snapshotter.snapshot(image, ProgressTask.silent());
            return snapshot.properties();
        }
    }

    private static void flip(Path file, long offset) throws IOException {
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.seek(offset);
            int old = disk.read();
            disk.seek(offset);
            disk.write(old ^ 1);
        }
    }
}
