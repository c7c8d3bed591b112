package io.sandboximage.golden.internal.dataroot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerRecordsTest {
    private static final String CONTAINER = "c".repeat(64);
    private static final String IMAGE = "sha256:" + "1".repeat(64);
    private static final String CACHE = "k3w8v2n1q0z7x6y5t4s3r2p1o";

    @TempDir
    Path root;

    private Path meta;
    private Path snapshotter;
    private final BoltBucket namespace = new BoltBucket(0);
    private final BoltBucket overlays = new BoltBucket(0);
    private final BoltBucket inSnapshotter = new BoltBucket(40);
    private final BoltBucket parents = new BoltBucket(0);

    @BeforeEach
    void makeStore() throws IOException {
        Path daemon = root.resolve("containerd/daemon");
        meta = Files.createDirectories(daemon.resolve("io.containerd.metadata.v1.bolt"))
                .resolve("meta.db");
        snapshotter = Files.createDirectories(daemon.resolve("io.containerd.snapshotter.v1.overlayfs/snapshots"))
                .getParent();
        snapshot(1, IMAGE, "");
        snapshot(2, CACHE, IMAGE);
        bucket(bucket(namespace, "leases"), CACHE);
        bucket(bucket(namespace, "snapshots"), "native");
        namespace.bucket("snapshots").orElseThrow().buckets().put("overlayfs", overlays);
    }

    @Test
    void whatContainersWroteGoesFromBothDatabasesAndFromDisk() throws IOException {
        snapshot(3, CONTAINER + "-init", IMAGE);
        snapshot(4, CONTAINER, CONTAINER + "-init");
        bucket(namespace.bucket("leases").orElseThrow(), CONTAINER);
        bucket(bucket(namespace, "containers"), CONTAINER);
        write();

        new DataRoot(root).strip(false);

        BoltBucket left = read(meta).bucket("moby").orElseThrow();
        assertThat(left.bucket("leases").orElseThrow().buckets()).containsOnlyKeys(CACHE);
        assertThat(left.bucket("containers").orElseThrow().buckets()).isEmpty();
        BoltBucket snapshots =
                left.bucket("snapshots").flatMap(all -> all.bucket("overlayfs")).orElseThrow();
        assertThat(snapshots.buckets()).containsOnlyKeys(IMAGE, CACHE);
        assertThat(snapshots
                        .bucket(IMAGE)
                        .flatMap(image -> image.bucket("children"))
                        .orElseThrow()
                        .values())
                .containsOnlyKeys(CACHE);
        BoltBucket numbers = read(snapshotter.resolve("metadata.db"));
        assertThat(numbers.bucket("snapshots").orElseThrow().buckets())
                .containsOnlyKeys("moby/1/" + IMAGE, "moby/2/" + CACHE);
        assertThat(numbers.bucket("snapshots").orElseThrow().sequence())
                .as("numbers are not given out again")
                .isEqualTo(40);
        assertThat(numbers.bucket("parents").orElseThrow().values()).hasSize(1);
        assertThat(snapshotter.resolve("snapshots/1/fs/file")).exists();
        assertThat(snapshotter.resolve("snapshots/2/fs/file")).exists();
        assertThat(snapshotter.resolve("snapshots/3")).doesNotExist();
        assertThat(snapshotter.resolve("snapshots/4")).doesNotExist();
    }

    @Test
    void databasesWithoutContainersAreNotTouched() throws IOException {
        write();
        byte[] before = Files.readAllBytes(meta);
        byte[] numbers = Files.readAllBytes(snapshotter.resolve("metadata.db"));

        new DataRoot(root).strip(false);

        assertThat(meta).hasBinaryContent(before);
        assertThat(snapshotter.resolve("metadata.db")).hasBinaryContent(numbers);
    }

    @Test
    void snapshottersAreThoseThatHaveSomething() throws IOException {
        write();
        assertThat(new DataRoot(root).snapshotters()).containsExactly("overlayfs");
    }

    private void snapshot(int number, String key, String parent) throws IOException {
        String name = "moby/" + number + "/" + key;
        BoltBucket record = bucket(overlays, key);
        record.values().put("name", bytes(name));
        record.values().put("parent", bytes(parent));
        BoltBucket snapshot = bucket(inSnapshotter, name);
        snapshot.values().put("id", new byte[] {(byte) number});
        snapshot.values().put("kind", new byte[] {3});
        if (!parent.isEmpty()) {
            BoltBucket above = overlays.bucket(parent).orElseThrow();
            if (above.bucket("children").isEmpty()) {
                bucket(above, "children");
            }
            above.bucket("children").orElseThrow().values().put(key, new byte[0]);
            parents.values().put("1\0" + (char) number, bytes(name));
        }
        Files.createDirectories(snapshotter.resolve("snapshots/" + number + "/fs"));
        Files.writeString(snapshotter.resolve("snapshots/" + number + "/fs/file"), key);
    }

    private void write() throws IOException {
        BoltBucket database = new BoltBucket(0);
        bucket(database, "v1").buckets().put("moby", namespace);
        Files.write(meta, BoltWriter.write(database, 4096));
        BoltBucket numbers = new BoltBucket(0);
        BoltBucket version = bucket(numbers, "v1");
        version.buckets().put("snapshots", inSnapshotter);
        version.buckets().put("parents", parents);
        Files.write(snapshotter.resolve("metadata.db"), BoltWriter.write(numbers, 4096));
    }

    private static BoltBucket read(Path file) throws IOException {
        return new BoltFile(Files.readAllBytes(file)).root().bucket("v1").orElseThrow();
    }

    private static BoltBucket bucket(BoltBucket in, String name) {
        BoltBucket made = new BoltBucket(0);
        in.buckets().put(name, made);
        return made;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
