package io.sandboximage.tests.artifact;

import static io.sandboximage.tests.artifact.Snapshots.MIB;
import static io.sandboximage.tests.artifact.Snapshots.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.artifact.DiskArtifact;
import io.sandboximage.artifact.DiskPull;
import io.sandboximage.artifact.DiskPush;
import io.sandboximage.artifact.PulledDisk;
import io.sandboximage.artifact.PushedDisk;
import io.sandboximage.artifact.RemoteDisk;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.ext4.Ext4Comparison;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.Inode;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.Repository;
import io.sandboximage.store.BlobCache;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.JavaProgram;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Ext4 files pushed to and pulled from a real registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@RequiresEngine(Engine.REGISTRY_V3)
class DiskArtifactIT {
    private static final int[] BASE = layer(1, 12);
    private static final int[] MIDDLE = layer(2, 4);
    private static final int[] TOP = layer(3, 1);

    private Path shared;
    private RegistryProcess registry;
    private RegistryClient client;
    private Path first;
    private PushedDisk pushed;
    private long bytesOfFirst;

    @TempDir
    private Path folder;

    @BeforeAll
    void pushTheFirst(@TempDir Path directory) throws IOException {
        shared = directory;
        registry = RegistryProcess.start(Engine.REGISTRY_V3, Files.createDirectory(directory.resolve("registry")));
        client = RegistryClient.builder().build();
        first = Snapshots.write(directory.resolve("first.ext4"), BASE, MIDDLE, TOP);
        pushed = DiskPush.of(first).push(reference("v1"), client, ProgressTask.silent());
        bytesOfFirst = storedBytes();
    }

    @AfterAll
    void stop() {
        client.close();
        registry.close();
    }

    @Test
    void whatIsPulledIsWhatWasPushedAndSparse() throws IOException {
        Path file = folder.resolve("pulled.ext4");

        PulledDisk pulled = pull(file, "v1");

        assertThat(file).hasSameBinaryContentAs(first);
        assertThat(pulled.digest()).isEqualTo(pushed.digest());
        assertThat(pulled.chunksFetched()).isEqualTo(pulled.chunks()).isGreaterThan(5);
        assertThat(Command.of("e2fsck", "-fn", file).run().exitCode()).isZero();
        String blocks =
                Command.of("stat", "-c", "%b", file).run().orFail().output().strip();
        assertThat(Long.parseLong(blocks) * 512).isLessThan(28L * MIB);
        assertThat(names()).containsExactly("pulled.ext4");
    }

    @Test
    void aSecondSnapshotMovesOnlyWhatChanged() throws IOException {
        Path changedTop = Snapshots.write(shared.resolve("top.ext4"), BASE, MIDDLE, layer(4, 1));
        Path changedMiddle = Snapshots.write(shared.resolve("middle.ext4"), BASE, layer(5, 3), TOP);

        long before = storedBytes();
        PushedDisk second =
                DiskPush.of(changedTop).base(reference("v1")).push(reference("v2"), client, ProgressTask.silent());
        long bytesOfTop = storedBytes() - before;
        // Without a base every chunk is compressed, and the registry is asked for each.
        PushedDisk third = DiskPush.of(changedMiddle).push(reference("v3"), client, ProgressTask.silent());
        long bytesOfMiddle = storedBytes() - before - bytesOfTop;

        assertThat(bytesOfFirst).isGreaterThan(17L * MIB);
        assertThat(bytesOfTop).isBetween(1L * MIB, 5L * MIB);
        assertThat(bytesOfMiddle).isBetween(3L * MIB, 8L * MIB);
        assertThat(second.bytesUploaded()).isLessThan(bytesOfTop);
        assertThat(second.chunks()).isGreaterThan(2 * second.chunksUploaded());
        assertThat(third.bytesUploaded()).isLessThan(bytesOfMiddle);
    }

    @Test
    void aHostWithACacheFetchesOnlyWhatChanged() throws IOException {
        BlobCache cache = BlobCache.at(folder.resolve("cache"));
        Path changed = Snapshots.write(shared.resolve("cached.ext4"), BASE, MIDDLE, layer(6, 1));
        DiskPush.of(changed).base(reference("v1")).push(reference("cached"), client, ProgressTask.silent());
        DiskPull.to(folder.resolve("a.ext4")).cache(cache).pull(reference("v1"), client, ProgressTask.silent());

        PulledDisk second = DiskPull.to(folder.resolve("b.ext4"))
                .cache(cache)
                .pull(reference("cached"), client, ProgressTask.silent());
        Path damaged = anyChunk(cache.directory());
        Files.write(damaged, new byte[(int) Files.size(damaged)]);
        PulledDisk third =
                DiskPull.to(folder.resolve("c.ext4")).cache(cache).pull(reference("v1"), client, ProgressTask.silent());

        assertThat(folder.resolve("b.ext4")).hasSameBinaryContentAs(changed);
        assertThat(second.bytesFetched()).isLessThan(5L * MIB);
        assertThat(folder.resolve("c.ext4")).hasSameBinaryContentAs(first);
        assertThat(third.chunksFetched()).isLessThanOrEqualTo(1);
    }

    @Test
    void theSameBytesGiveTheSameArtifact() {
        PushedDisk again = DiskPush.of(first).threads(1).push(other("v1"), client, ProgressTask.silent());

        assertThat(again.digest()).isEqualTo(pushed.digest());
    }

    @Test
    void aCorruptedChunkIsNamedAndNothingHasTheFinalName() throws IOException {
        Path file = Snapshots.write(shared.resolve("damaged.ext4"), layer(7, 3));
        DiskPush.of(file).push(other("damaged"), client, ProgressTask.silent());
        Repository repository = client.repository(other("damaged"));
        Manifest manifest = Manifest.parse(
                repository.manifests().get("damaged").bytes(),
                repository.manifests().get("damaged").descriptor().mediaType());
        Digest blob = manifest.layers().get(1).digest();
        Path stored = registry.storage()
                .resolve("docker/registry/v2/blobs/sha256")
                .resolve(blob.hex().substring(0, 2))
                .resolve(blob.hex())
                .resolve("data");
        try (RandomAccessFile data = new RandomAccessFile(stored.toFile(), "rw")) {
            data.seek(1000);
            int old = data.read();
            data.seek(1000);
            data.write(old ^ 1);
        }

        assertThatThrownBy(() -> DiskPull.to(folder.resolve("damaged.ext4"))
                        .pull(other("damaged"), client, ProgressTask.silent()))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("chunk sha256:")
                .hasMessageContaining("damaged is corrupted");
        assertThat(folder.resolve("damaged.ext4")).doesNotExist();
    }

    @Test
    void partsAreReadWithoutAPull() throws IOException {
        try (RemoteDisk disk = RemoteDisk.open(reference("v1"), client);
                Ext4Reader reader = Ext4Reader.open(disk)) {
            Inode note = reader.find("/notes/1");
            assertThat(reader.newInputStream(note).readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("layer 1");
            assertThat(reader.find("/data").childCount()).isEqualTo(2 * (12 + 4 + 1));
            assertThat(disk.fetchedBytes()).isLessThan(pushed.bytesUploaded() / 2);
            assertThatThrownBy(() -> reader.find("/notes/9")).isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void twoFileSystemsAreComparedWhereverTheyAre() {
        Path changed = Snapshots.write(shared.resolve("compared.ext4"), BASE, MIDDLE, layer(8, 2));
        try (Ext4Reader old = Ext4Reader.open(RemoteDisk.open(reference("v1"), client));
                Ext4Reader current = Ext4Reader.open(changed)) {
            assertThat(Ext4Comparison.compare(old, current, true))
                    .extracting(change -> change.kind() + " " + change.path() + " " + change.aspects())
                    .containsExactlyInAnyOrder(
                            "CHANGED /data/2-0 [SIZE, CONTENT]",
                            "CHANGED /data/2-1 [SIZE, CONTENT]",
                            "ADDED /data/2-2 []",
                            "ADDED /data/2-3 []");
        }
    }

    @Test
    void anImageIsNoDisk() {
        assertThatThrownBy(() -> DiskArtifact.of(image(), client))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("is no disk");
    }

    @Test
    void aKilledPullIsGoneOnWith() throws IOException {
        Path file = folder.resolve("killed.ext4");
        Command java = Command.of(JavaProgram.line(List.of(), KilledPull.class, List.of(reference("v1"), file))
                .toArray());
        try (Daemon pull = java.start(folder.resolve("pull.log"))) {
            pull.awaitLog(KilledPull.STOPPED, Duration.ofMinutes(5));
            // Another pull to the same name is not disturbed, and does not wait.
            pull(folder.resolve("other.ext4"), "v1");
            pull.kill();
            pull.awaitEnd(Duration.ofMinutes(1));
        }
        assertThat(file).doesNotExist();
        assertThat(names()).anyMatch(name -> name.startsWith(".killed.ext4.pull-"));

        PulledDisk rest = pull(file, "v1");

        assertThat(file).hasSameBinaryContentAs(first);
        assertThat(rest.chunksResumed()).isPositive();
        assertThat(rest.chunksFetched()).isEqualTo(rest.chunks() - rest.chunksResumed());
        assertThat(names()).containsExactlyInAnyOrder("killed.ext4", "other.ext4", "pull.log");
    }

    private PulledDisk pull(Path file, String tag) {
        return DiskPull.to(file).pull(reference(tag), client, ProgressTask.silent());
    }

    private ImageReference reference(String tag) {
        return ImageReference.parse(registry.address() + "/acme/sandbox:" + tag);
    }

    private ImageReference other(String tag) {
        return ImageReference.parse(registry.address() + "/acme/other:" + tag);
    }

    private ImageReference image() {
        ImageReference image = ImageReference.parse(registry.address() + "/acme/image:v1");
        client.sink(image)
                .write(
                        io.sandboximage.assemble.ImageAssembly.scratch(
                                        io.sandboximage.image.Platform.linuxOnThisMachine())
                                .produce(ProgressTask.silent()),
                        ProgressTask.silent());
        return image;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static Path anyChunk(Path cache) throws IOException {
        try (Stream<Path> found = Files.walk(cache)) {
            return found.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    private long storedBytes() throws IOException {
        try (Stream<Path> found = Files.walk(registry.storage())) {
            return found.filter(Files::isRegularFile)
                    .mapToLong(path -> path.toFile().length())
                    .sum();
        }
    }
}
