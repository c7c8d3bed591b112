package io.sandboximage.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Snapshot;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.tar.TestTar;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ext4SnapshotterTest {
    private static final byte[] LARGE = random(700_001);

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private Path file;

    @BeforeEach
    void image() {
        file = folder.resolve("out/root.ext4");
        source.image(
                Platform.linuxOnThisMachine(),
                new TestTar()
                        .directory("etc/")
                        .file("etc/hosts", "shadowed")
                        .add("large", '0', e -> e.data(LARGE))
                        .file("gone", "x")
                        .build(),
                new TestTar().file("etc/hosts", "new").whiteout(".wh.gone").build());
    }

    @Test
    void writesTheMergedLayers() throws IOException {
        Snapshot snapshot = snapshot(Ext4Snapshotter.to(file).label("sandbox"));

        try (Ext4Reader reader = Ext4Reader.open(file)) {
            reader.verify();
            assertThat(reader.superblock().label()).isEqualTo("sandbox");
            Inode root = reader.tree().root();
            assertThat(root.sortedChildren().stream().map(e -> e.getKey().toString()))
                    .containsExactly("etc", "large", "lost+found");
            assertThat(content(reader, child(child(root, "etc"), "hosts")))
                    .asString()
                    .isEqualTo("new");
            assertThat(content(reader, child(root, "large"))).isEqualTo(LARGE);
        }
        assertThat(snapshot.kind()).isEqualTo("ext4");
        assertThat(snapshot.reference()).isEqualTo(file.toString());
        assertThat(snapshot.image()).isEqualTo(source.root.digest());
        assertThat(snapshot.reused()).isFalse();
        assertThat(snapshot.properties())
                .containsEntry("sizeBytes", Long.toString(Files.size(file)))
                .containsEntry("layers", "2")
                .containsEntry("layersLocal", "0");
        assertNothingElseIsThere();
    }

    @Test
    void givesTheSameBytesWhateverTheNumberOfThreads() throws IOException {
        snapshot(Ext4Snapshotter.to(file).threads(1));
        Path other = folder.resolve("other.ext4");
        snapshot(Ext4Snapshotter.to(other).threads(7));

        assertThat(Files.mismatch(file, other)).isEqualTo(-1);
    }

    @Test
    void derivesTheUuidFromImageAndOptions() {
        UUID first = uuid(Ext4Snapshotter.to(file));

        assertThat(uuid(Ext4Snapshotter.to(file).label("x"))).isNotEqualTo(first);
        assertThat(first.version()).isEqualTo(8);
        assertThat(first.variant()).isEqualTo(2);
        UUID chosen = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");
        assertThat(uuid(Ext4Snapshotter.to(file).uuid(chosen))).isEqualTo(chosen);
    }

    @Test
    void usesAFileThatIsThereAlready() throws IOException {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file).size("16MiB").computeSha256(true);
        Snapshot first = snapshot(snapshotter);
        int opened = source.opened.size();
        Snapshot second = snapshot(snapshotter);

        assertThat(second.reused()).isTrue();
        assertThat(source.opened.size() - opened).as("only the config").isEqualTo(1);
        for (String property : List.of("sizeBytes", "usedBytes", "files", "sha256")) {
            assertThat(second.properties())
                    .containsEntry(property, first.properties().get(property));
        }
    }

    @Test
    void makesTheFileAgainForOtherOptionsOrOtherImages() {
        UUID chosen = UUID.fromString("01234567-89ab-4cde-8f01-23456789abcd");
        snapshot(Ext4Snapshotter.to(file).uuid(chosen));

        assertThat(snapshot(Ext4Snapshotter.to(file).uuid(chosen).journal(false))
                        .reused())
                .isFalse();
        source.image(Platform.linuxOnThisMachine(), new TestTar().file("a", "").build());
        assertThat(snapshot(Ext4Snapshotter.to(file).uuid(chosen).journal(false))
                        .reused())
                .isFalse();
    }

    @Test
    void makesTheFileAgainWhereItWasMountedCutOrReplaced() throws IOException {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file);
        snapshot(snapshotter);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(out.length() - 4096);
        }
        assertThat(snapshot(snapshotter).reused()).isFalse();

        Files.writeString(file, "something else");
        assertThat(snapshot(snapshotter).reused()).isFalse();
        assertThat(snapshot(snapshotter).reused()).isTrue();
    }

    @Test
    void keepsFetchedLayersWhereAskedTo() {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file).cacheDir(folder.resolve("cache"));
        snapshot(snapshotter);

        assertThat(snapshot(snapshotter.label("again")).properties()).containsEntry("layersLocal", "2");
    }

    @Test
    void tellsTheSizeThatIsNeeded() {
        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file).size("300KiB")))
                .isInstanceOf(InvalidRequestException.class);
        assertNothingIsThere();
    }

    @Test
    void refusesImagesAboveTheLargestSize() {
        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file).maxSize(100_000)))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("more than 100000 bytes uncompressed");
        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file).maxSize(800_000)))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("more than the largest size");
        assertNothingIsThere();
    }

    @Test
    void aLayerThatIsDamagedLeavesNothingBehind() {
        byte[] damaged = source.content.values().iterator().next();
        damaged[600] ^= 1;

        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file))).isInstanceOf(IntegrityException.class);
        assertNothingIsThere();
    }

    @Test
    void aKeptBlobThatWasDamagedIsTold() throws IOException {
        Path kept = folder.resolve("cache");
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file).cacheDir(kept);
        snapshot(snapshotter);
        Files.delete(file);
        Path blob;
        try (Stream<Path> blobs = Files.walk(kept)) {
            blob = blobs.filter(Files::isRegularFile)
                    .filter(path -> path.toFile().length() > 1000)
                    .findFirst()
                    .orElseThrow();
        }
        byte[] damaged = Files.readAllBytes(blob);
        damaged[600] ^= 1;
        Files.write(blob, damaged);

        assertThatThrownBy(() -> snapshot(snapshotter))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("was corrupted or changed");
        assertNothingIsThere();
    }

    @Test
    void anOlderFileSurvivesAFailure() throws IOException {
        snapshot(Ext4Snapshotter.to(file));
        byte[] before = Files.readAllBytes(file);
        source.image(
                Platform.linuxOnThisMachine(), new TestTar().file("../a", "").build());

        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file)))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("leads out of the image's root");
        assertThat(file).hasBinaryContent(before);
        assertNothingElseIsThere();
    }

    @Test
    void aMissingPlatformIsTold() {
        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file).platform(Platform.of("linux", "s390x"))))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(Platform.linuxOnThisMachine().toString());
    }

    @Test
    void cancellationKeepsTheFlagAndLeavesNothing() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> snapshot(Ext4Snapshotter.to(file))).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertNothingIsThere();
    }

    @Test
    void removesWhatKilledRunsLeft() throws IOException {
        Path abandoned = folder.resolve("out/.root.ext4.partial-1");
        Files.createDirectories(abandoned.resolve("cache"));
        Files.writeString(abandoned.resolve("lock"), "");
        Files.writeString(abandoned.resolve("cache/blob"), "x");

        snapshot(Ext4Snapshotter.to(file));

        assertNothingElseIsThere();
    }

    @Test
    void reportsEachPartAsATask() {
        List<ProgressEvent> events = Collections.synchronizedList(new ArrayList<>());
        try (ProgressTask root = ProgressTask.root(events::add, "all")) {
            Ext4Snapshotter.to(file).snapshot(source, root);
            root.done();
        }

        assertThat(events.stream()
                        .filter(e -> e instanceof ProgressEvent.Started)
                        .map(e -> ((ProgressEvent.Started) e).label().split(" ")[0]))
                .contains("fetch", "unpack", "finish");
        assertThat(events.stream().filter(e -> e instanceof ProgressEvent.Finished))
                .allMatch(e -> ((ProgressEvent.Finished) e).outcome() == ProgressEvent.Outcome.DONE);
    }

    private Snapshot snapshot(Ext4Snapshotter snapshotter) {
        return snapshotter.snapshot(source, ProgressTask.silent());
    }

    private UUID uuid(Ext4Snapshotter snapshotter) {
        snapshot(snapshotter);
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            return reader.superblock().uuid();
        }
    }

    private void assertNothingIsThere() {
        assertThat(file).doesNotExist();
        assertThat(names()).isEmpty();
    }

    private void assertNothingElseIsThere() {
        assertThat(names()).containsExactly("root.ext4");
    }

    private List<String> names() {
        if (!Files.exists(folder.resolve("out"))) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder.resolve("out"))) {
            return found.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Inode child(Inode directory, String name) {
        Inode child = directory.child(FileName.of(name));
        if (child == null) {
            throw new AssertionError("no " + name);
        }
        return child;
    }

    private static byte[] content(Ext4Reader reader, Inode inode) throws IOException {
        try (var in = reader.newInputStream(inode)) {
            return in.readAllBytes();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        return bytes;
    }
}
