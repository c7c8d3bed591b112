package io.sandboximage.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Snapshot;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.tar.TestTar;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversions that take layers from earlier ones. */
class LayerCacheTest {
    private static final byte[] BASE = random(1, 3_000_001);
    private static final int RANDOM_IMAGES = Integer.getInteger("sandboximage.layerCacheImages", 4);

    @TempDir
    Path folder;

    private final MemorySource source = new MemorySource();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private LayerCache cache;
    private int number;

    @BeforeEach
    void cache() {
        cache = LayerCache.at(folder.resolve("cache"));
    }

    @Test
    void sharedLayersAreNeitherFetchedNorUnpackedAgain() throws IOException {
        Snapshot first = convert(base(), middle(), new TestTar().file("top", "one"));
        int opened = source.opened.size();
        Snapshot second = convert(base(), middle(), new TestTar().file("top", "two"));

        assertThat(first.properties()).containsEntry("layersReused", "0").containsEntry("reusedBytes", "0");
        assertThat(second.properties())
                .containsEntry("layersReused", "2")
                .containsEntry("layersLocal", "2")
                .containsEntry("reusedBytes", Long.toString((BASE.length + 4095L) / 4096 * 4096 + 4096));
        assertThat(source.opened.size() - opened).as("config and one layer").isEqualTo(2);
        assertSameAsInFull(second);
    }

    @Test
    void randomImagesComeOutAsInFullConversions() throws IOException {
        for (int seed = 0; seed < RANDOM_IMAGES; seed++) {
            compareRandomVersions(seed, this::convert);
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void randomImagesComeOutAsInFullConversionsWhereTheFileBeforeIsMadeIntoTheNext() throws IOException {
        for (int seed = 0; seed < RANDOM_IMAGES; seed++) {
            compareRandomVersions(seed, this::convertInPlace);
        }
        assertThat(warnings).isEmpty();
    }

    private void compareRandomVersions(int seed, Function<TestTar[], Snapshot> converter) throws IOException {
        Random random = new Random(seed);
        List<TestTar> layers = new ArrayList<>();
        for (int version = 0; version < 3; version++) {
            while (layers.size() < 1 + random.nextInt(5)) {
                layers.add(randomLayer(random));
            }
            Snapshot snapshot = converter.apply(layers.toArray(TestTar[]::new));
            try {
                assertSameAsInFull(Path.of(snapshot.reference()));
            } catch (AssertionError e) {
                throw new AssertionError("Seed " + seed + ", version " + version, e);
            }
            int place = random.nextInt(layers.size());
            layers.set(place, randomLayer(random));
            if (random.nextBoolean() && layers.size() > 1) {
                layers.remove(random.nextInt(layers.size()));
            }
        }
    }

    @Test
    void aFileIsMadeIntoTheNextOneOnlyIfNothingHappenedToIt() throws IOException {
        Path file = Path.of(convertInPlace(base(), middle()).reference());
        Object first = inode(file);
        convertInPlace(base(), new TestTar().file("middle", "other"));
        assertThat(inode(file)).isEqualTo(first);
        assertSameAsInFull(file);

        flip(file, 1_500_000);
        convertInPlace(base(), middle());
        assertThat(inode(file)).isNotEqualTo(first);
        assertSameAsInFull(file);

        Object second = inode(file);
        Files.createLink(folder.resolve("second-name"), file);
        byte[] kept = Files.readAllBytes(file);
        convertInPlace(base());
        assertThat(inode(file)).isNotEqualTo(second);
        assertSameAsInFull(file);
        assertThat(folder.resolve("second-name")).hasBinaryContent(kept);
    }

    @Test
    void aFileThatSomebodyLockedIsLeftAlone() throws IOException {
        Path file = Path.of(convertInPlace(base(), middle()).reference());
        byte[] before = Files.readAllBytes(file);
        try (FileChannel user = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = user.lock()) {
            convertInPlace(base());

            assertThat(lock.isValid()).isTrue();
            ByteBuffer content = ByteBuffer.allocate(before.length);
            while (user.read(content) > 0) {
                // until the end
            }
            assertThat(content.array()).isEqualTo(before);
        }
        assertSameAsInFull(file);
    }

    @Test
    void nothingIsMadeOfAFileWhoseRecordIsDamaged() throws IOException {
        Path file = Path.of(convertInPlace(base(), middle()).reference());
        Object first = inode(file);
        for (Path record : files("v2/written")) {
            flip(record, Files.size(record) / 2);
        }

        convertInPlace(base());

        assertThat(inode(file)).isNotEqualTo(first);
        assertSameAsInFull(file);
    }

    @Test
    void whatOlderVersionsKeptIsRemoved() throws IOException {
        Path old = Files.createDirectories(folder.resolve("cache/v1/sha256"));
        Files.writeString(old.resolve("a".repeat(64)), "unpacked in another way");

        convert(base());

        assertThat(folder.resolve("cache/v1")).doesNotExist();
        assertThat(kept()).hasSize(1);
    }

    @Test
    void aSnapshotThatNeedNotBeDurableHasTheSameBytes() throws IOException {
        source.image(Platform.linuxOnThisMachine(), base().build());
        Path file = folder.resolve("not-durable");
        Ext4Snapshotter.to(file).durable(false).snapshot(source, ProgressTask.silent());

        assertSameAsInFull(file);
    }

    @Test
    void whatUpperLayersHideStaysFreeSpaceOfZeros() throws IOException {
        convert(base(), middle());
        Snapshot hidden = convert(base(), middle(), new TestTar().whiteout(".wh.base"));

        try (Ext4Reader reader = Ext4Reader.open(Path.of(hidden.reference()))) {
            reader.verify();
        }
        assertSameAsInFull(hidden);
    }

    @Test
    void anExactSizeWorksAsWithoutACache() throws IOException {
        convert(base(), middle());
        source.image(Platform.linuxOnThisMachine(), base().build(), middle().build());
        Path file = folder.resolve("exact");
        Ext4Snapshotter exact = Ext4Snapshotter.to(file).size("16MiB");
        byte[] full = bytes(exact.snapshot(source, ProgressTask.silent()));
        Files.delete(file);

        Snapshot again = exact.layerCache(cache).snapshot(source, ProgressTask.silent());

        assertThat(again.properties()).containsEntry("layersReused", "2");
        assertThat(bytes(again)).isEqualTo(full);
        assertThatThrownBy(() -> Ext4Snapshotter.to(folder.resolve("small"))
                        .size("2MiB")
                        .journal(false)
                        .layerCache(cache)
                        .snapshot(source, ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it needs");
    }

    @Test
    void theLimitOnUncompressedBytesHoldsForCachedLayersToo() throws IOException {
        convert(base(), middle());

        assertThatThrownBy(() -> Ext4Snapshotter.to(folder.resolve("limited"))
                        .maxSize(BASE.length)
                        .layerCache(cache)
                        .snapshot(source, ProgressTask.silent()))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("uncompressed");
    }

    @Test
    void damageToWhatDescribesALayerIsFoundAndMended() throws IOException {
        convert(base(), middle());
        for (Path file : kept()) {
            long size = Files.size(file);
            for (long at : new long[] {size - 1, size - 30, size - 52, size - 60}) {
                flip(file, at);
                Snapshot snapshot = convert(base(), middle());
                assertThat(snapshot.properties()).as("byte %s of %s", at, size).containsEntry("layersReused", "1");
                assertSameAsInFull(snapshot);
            }
        }
    }

    @Test
    void aLayerThatWasCutOrIsEmptyOrStandsUnderAWrongNameIsMended() throws IOException {
        convert(base(), middle());
        List<Path> files = kept();
        cut(files.get(0), Files.size(files.get(0)) - 1);
        cut(files.get(1), 0);
        assertThat(convert(base(), middle()).properties()).containsEntry("layersReused", "0");
        Files.copy(files.get(0), files.get(1), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        Snapshot snapshot = convert(base(), middle());
        assertThat(snapshot.properties()).containsEntry("layersReused", "1");
        assertSameAsInFull(snapshot);
    }

    @Test
    void damagedDataIsFoundWhereDataIsVerified() throws IOException {
        convert(base(), middle());
        for (Path file : kept()) {
            flip(file, Math.min(2_500_000, Files.size(file) / 8));
        }
        cache = cache.verifyData(true);
        Snapshot mended = convert(base(), middle());

        assertThat(mended.properties()).containsEntry("layersReused", "0");
        assertSameAsInFull(mended);
        Snapshot reused = convert(base(), middle());
        assertThat(reused.properties()).containsEntry("layersReused", "2");
        assertSameAsInFull(reused);
    }

    @Test
    void theLayersThatWereUsedLongestAgoGiveWay() throws IOException {
        convert(base());
        age(kept().get(0));
        cache = cache.maxBytes(5_500_000);
        Snapshot used = convert(base(), new TestTar().add("more", '0', e -> e.data(random(2, 2_000_000))));
        assertThat(used.properties()).containsEntry("layersReused", "1");
        assertThat(kept()).hasSize(2);
        for (Path file : kept()) {
            if (Files.size(file) > BASE.length) {
                age(file);
            }
        }

        convert(new TestTar().add("other", '0', e -> e.data(random(3, 2_000_000))));

        assertThat(kept()).hasSize(2).allSatisfy(file -> assertThat(Files.size(file))
                .isLessThan(BASE.length));
    }

    @Test
    void aLayerLargerThanTheCacheIsNotKept() throws IOException {
        cache = cache.maxBytes(1_000_000);

        assertSameAsInFull(convert(base(), middle()));

        assertThat(kept()).hasSize(1);
    }

    @Test
    void aCacheThatCannotBeWrittenCostsAWarningOnly() throws IOException {
        Path blocked = Files.writeString(folder.resolve("blocked"), "a file where the folder should be");
        cache = LayerCache.at(blocked);

        assertSameAsInFull(convert(base(), middle()));

        assertThat(warnings).singleElement().asString().contains("not kept").contains("blocked");
    }

    @Test
    void whatAKilledRunLeftIsRemoved() throws IOException {
        Path abandoned = Files.createDirectories(folder.resolve("cache/.layer.partial-0"));
        Files.createFile(abandoned.resolve("lock"));
        Files.write(abandoned.resolve("layer-0"), BASE);

        convert(base());

        assertThat(abandoned).doesNotExist();
        try (Stream<Path> left = Files.list(folder.resolve("cache"))) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("v2", "lock");
        }
    }

    @Test
    void aFailureKeepsNothing() throws IOException {
        source.image(
                Platform.linuxOnThisMachine(),
                base().build(),
                "no archive".repeat(100).getBytes("UTF-8"));

        assertThatThrownBy(() -> Ext4Snapshotter.to(folder.resolve("failing"))
                        .layerCache(cache)
                        .snapshot(source, ProgressTask.silent()))
                .isInstanceOf(InvalidContentException.class);

        try (Stream<Path> left = Files.list(folder.resolve("cache"))) {
            assertThat(left).isEmpty();
        }
    }

    private Snapshot convert(TestTar... layers) {
        return convert(folder.resolve("image-" + number++), false, layers);
    }

    private Snapshot convertInPlace(TestTar... layers) {
        return convert(folder.resolve("in-place"), true, layers);
    }

    private Snapshot convert(Path file, boolean inPlace, TestTar... layers) {
        source.image(
                Platform.linuxOnThisMachine(),
                Arrays.stream(layers).map(TestTar::build).toArray(byte[][]::new));
        try (ProgressTask progress = ProgressTask.root(
                event -> {
                    if (event instanceof ProgressEvent.Message message) {
                        warnings.add(message.text());
                    }
                },
                "all")) {
            return Ext4Snapshotter.to(file)
                    .threads(1 + number % 4)
                    .layerCache(cache)
                    .inPlace(inPlace)
                    .snapshot(source, progress);
        }
    }

    /** Compares with a conversion of the present image without a cache. */
    private void assertSameAsInFull(Snapshot snapshot) throws IOException {
        assertSameAsInFull(Path.of(snapshot.reference()));
        Files.delete(Path.of(snapshot.reference()));
    }

    private void assertSameAsInFull(Path incremental) throws IOException {
        Path full = folder.resolve("full");
        Ext4Snapshotter.to(full).snapshot(source, ProgressTask.silent());
        assertThat(Files.mismatch(full, incremental)).isEqualTo(-1);
        Files.delete(full);
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private static byte[] bytes(Snapshot snapshot) throws IOException {
        return Files.readAllBytes(Path.of(snapshot.reference()));
    }

    private List<Path> kept() throws IOException {
        return files("v2/sha256");
    }

    private List<Path> files(String kind) throws IOException {
        try (Stream<Path> files = Files.walk(cache.directory().resolve(kind))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at);
            int old = out.read();
            out.seek(at);
            out.write(old ^ 0x40);
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(length);
        }
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(86_400)));
    }

    /** Few names in few folders, so that layers meet; files of some blocks, sparse ones, attributes, links, whiteouts of both kinds. */
    private static TestTar randomLayer(Random random) {
        TestTar tar = new TestTar();
        int entries = 1 + random.nextInt(25);
        List<String> files = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            String directory = "d" + random.nextInt(4) + "/";
            String name = directory + "n" + random.nextInt(12);
            switch (random.nextInt(11)) {
                case 0 -> tar.directory(directory + "e" + random.nextInt(3) + "/");
                case 1 -> tar.whiteout(directory + ".wh.n" + random.nextInt(12));
                case 2 -> tar.whiteout(directory + ".wh..wh..opq");
                case 3 -> tar.add("s" + random.nextInt(4), '2', e -> e.link("target-" + random.nextInt(3)));
                case 4 -> {
                    if (!files.isEmpty()) {
                        String target = files.get(random.nextInt(files.size()));
                        tar.add("l" + random.nextInt(6), '1', e -> e.link(target));
                    }
                }
                case 5 -> {
                    byte[] data = random(random.nextInt(), 8000);
                    tar.pax("GNU.sparse.size", "100000", "GNU.sparse.map", "0,5000,50000,3000")
                            .add(name, '0', e -> e.data(data));
                }
                case 6 ->
                    tar.pax("SCHILY.xattr.user.note", "n" + random.nextInt(100)).file(name, "with an attribute");
                default -> {
                    int size = random.nextInt(3) == 0 ? random.nextInt(300_000) : random.nextInt(9000);
                    byte[] data = random(random.nextInt(), size);
                    tar.add(name, '0', e -> e.data(data));
                    files.remove(name);
                    files.add(name);
                }
            }
        }
        return tar;
    }

    private static TestTar base() {
        return new TestTar().add("base", '0', e -> e.data(BASE));
    }

    private static TestTar middle() {
        return new TestTar().file("middle", "m");
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
