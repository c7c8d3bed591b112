package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.LoopMount;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import io.sandboximage.testkit.image.TreeComparison;
import io.sandboximage.testkit.image.TreeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What this machine's kernel sees in our ext4 files equals what {@code umoci unpack} makes of the same image, name by name: type,
 * mode, owner, time to the nanosecond, size, content, attributes, hard links, device numbers, link targets. The images go through a
 * real registry with basic authentication.
 */
@RequiresEngine({
    Engine.UMOCI,
    Engine.SKOPEO,
    Engine.DOCKER_REGISTRY,
    Engine.E2FSPROGS,
    Engine.LOOP_MOUNTS,
    Engine.XATTR_TOOLS
})
class UmociComparisonIT {
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @TempDir
    Path folder;

    /** JUnit would warn of every link in the unpacked trees that leads out of them. */
    @AfterEach
    void removeTrees() {
        run("rm", "-rf", folder.resolve("unpacked"), folder.resolve("bundle"));
    }

    /** umoci 0.4.7 knows no zstd: it unpacks a twin with the same diff IDs in gzip. */
    @Test
    void everyFeatureEqualsWhatUmociUnpacks() throws IOException {
        FeatureImage image = FeatureImage.portable();
        image.write(folder.resolve("mixed"), "v1", Compression.MIXED);
        image.write(folder.resolve("twin"), "v1", Compression.GZIP);
        assertThat(configOf("mixed")).isEqualTo(configOf("twin"));
        Path ext4 = folder.resolve("root.ext4");

        try (BasicAuthRegistry registry = BasicAuthRegistry.start(folder);
                RegistryClient client = registry.client()) {
            ImageReference reference = registry.reference("test/features:v1");
            try (ImageSource layout = OciLayout.source(folder.resolve("mixed"), "v1")) {
                client.sink(reference).write(layout, ProgressTask.silent());
            }
            convert(client, reference, ext4);
        }
        assertClean(ext4);

        TreeFacts expected = unpacked(folder.resolve("twin") + ":v1");
        TreeFacts actual = mounted(ext4);
        // The time of directories that no layer names is the moment of unpacking in umoci, and 1970 here.
        assertThat(TreeComparison.of(expected, actual)
                        .ignoringTimesOf(FeatureImage.madeUpDirectories())
                        .differences())
                .isEmpty();
        for (String made : FeatureImage.madeUpDirectories()) {
            assertThat(actual.entries().get(made).mtime()).isEqualTo("0.000000000");
        }
        assertThat(actual.entries()).hasSizeGreaterThan(12_000);
    }

    /** What umoci refuses or drops: compared with what the image was made of. */
    @Test
    void featuresThatUmociLacksAreAsTheImageWasMade() {
        FeatureImage.complete().write(folder.resolve("layout"), "v1", Compression.MIXED);
        Path ext4 = folder.resolve("root.ext4");
        try (ImageSource layout = OciLayout.source(folder.resolve("layout"), "v1")) {
            Ext4Snapshotter.to(ext4).snapshot(layout, ProgressTask.silent());
        }
        assertClean(ext4);

        TreeFacts facts = mounted(ext4);
        TreeFacts.Entry oldGnu = facts.entries().get("./extras/old-gnu");
        TreeFacts.Entry same = facts.entries().get("./sparse/pax-1.0");
        assertThat(oldGnu.size()).isEqualTo(same.size());
        assertThat(oldGnu.sha256()).isEqualTo(same.sha256());
        assertThat(facts.entries().get("./extras/libarchive").xattrs())
                .hasSize(1)
                .containsEntry("user.percent%", "0x0001ff");
        assertThat(facts.entries().get("./extras/empty-xattr").xattrs()).containsOnlyKeys("user.empty");
        assertThat(facts.entries()).doesNotContainKey("./extras/socket");
    }

    @Test
    @RequiresEngine(Engine.DEBIAN_ROOT)
    void aDebianRootWithLayersOfUmociAndSkopeoEqualsWhatUmociUnpacks() throws IOException {
        String built = folder.resolve("debian") + ":v1";
        buildDebian(built);
        Path ext4 = folder.resolve("root.ext4");

        try (BasicAuthRegistry registry = BasicAuthRegistry.start(folder);
                RegistryClient client = registry.client()) {
            ImageReference reference = registry.reference("test/debian:v1");
            // skopeo compresses the layers anew: what is pulled is its work, in zstd.
            run(
                    "skopeo",
                    "--insecure-policy",
                    "copy",
                    "--dest-tls-verify=false",
                    "--dest-creds=" + BasicAuthRegistry.USER + ":" + BasicAuthRegistry.PASSWORD,
                    "--dest-compress-format=zstd",
                    "--dest-compress",
                    "oci:" + built,
                    "docker://" + reference);
            convert(client, reference, ext4);
        }
        assertClean(ext4);

        assertThat(TreeComparison.of(unpacked(built), mounted(ext4)).differences())
                .isEmpty();
        change(ext4);
        assertClean(ext4);
        TreeFacts changed = mounted(ext4);
        assertThat(changed.entries()).containsKey("./added/file-500").doesNotContainKey("./usr/share/zoneinfo");

        run("e2fsck", "-f", "-p", ext4);
        run("truncate", "-s", "1G", ext4);
        run("resize2fs", ext4);
        assertClean(ext4);
        assertThat(TreeComparison.of(changed, mounted(ext4)).differences()).isEmpty();
    }

    private void buildDebian(String image) throws IOException {
        run("umoci", "init", "--layout", folder.resolve("debian"));
        run("umoci", "new", "--image", image);
        run("umoci", "raw", "add-layer", "--image", image, Engine.DEBIAN_ROOT.path());
        Path bundle = folder.resolve("bundle");
        run("umoci", "unpack", "--image", image, bundle);
        Path root = bundle.resolve("rootfs");
        run("rm", "-rf", root.resolve("usr/share/doc"), root.resolve("etc/skel/.bashrc"));
        run("mv", root.resolve("usr/share/common-licenses"), root.resolve("srv/licenses"));
        run("ln", root.resolve("etc/passwd"), root.resolve("etc/passwd-linked"));
        run("setcap", "cap_net_raw+ep", root.resolve("usr/bin/env"));
        run("setfacl", "-m", "u:1000:rwx,m::rwx", root.resolve("srv"));
        run("umoci", "repack", "--image", image, bundle);
        Files.writeString(folder.resolve("motd"), "inserted\n");
        run("umoci", "insert", "--image", image, folder.resolve("motd"), "/etc/motd");
        run("umoci", "insert", "--image", image, "--whiteout", "/etc/issue");
        run("umoci", "insert", "--image", image, "--opaque", root.resolve("srv/licenses"), "/var/lib/dpkg/info");
    }

    /** Changes of every kind by the kernel that has the file mounted for writing. */
    private void change(Path ext4) throws IOException {
        Path mountPoint = Files.createDirectories(folder.resolve("writable"));
        try (LoopMount mount = LoopMount.readWrite(ext4, mountPoint)) {
            run("mkdir", mount.path().resolve("added"));
            for (int i = 0; i < 501; i++) {
                Files.writeString(mount.path().resolve("added/file-" + i), "content " + i);
            }
            run(
                    "rm",
                    "-rf",
                    mount.path().resolve("usr/share/zoneinfo"),
                    mount.path().resolve("usr/share/locale"));
            run(
                    "setfattr",
                    "-n",
                    "user.changed",
                    "-v",
                    "x".repeat(500),
                    mount.path().resolve("etc/passwd"));
            run("chown", "-R", "4000:5000", mount.path().resolve("var/lib"));
            run("truncate", "-s", "10", mount.path().resolve("etc/services"));
            assertThat(mount.kernelWarnings()).isEmpty();
        }
    }

    private void convert(RegistryClient client, ImageReference reference, Path ext4) {
        try (ImageSource pulled = client.source(reference)) {
            Snapshot snapshot = Ext4Snapshotter.to(ext4).snapshot(pulled, ProgressTask.silent());
            assertThat(snapshot.properties()).containsEntry("layersLocal", "0");
        }
    }

    private Digest configOf(String layout) {
        try (ImageSource source = OciLayout.source(folder.resolve(layout), "v1")) {
            return source.image(Platform.linuxOnThisMachine())
                    .manifest()
                    .config()
                    .digest();
        }
    }

    private TreeFacts unpacked(String image) {
        Path root = folder.resolve("unpacked");
        run("umoci", "raw", "unpack", "--image", image, root);
        return TreeFacts.of(root);
    }

    private TreeFacts mounted(Path ext4) {
        try {
            Path mountPoint = Files.createDirectories(folder.resolve("mounted"));
            try (LoopMount mount = LoopMount.readOnly(ext4, mountPoint)) {
                assertThat(mount.kernelWarnings()).isEmpty();
                return TreeFacts.of(mount.path()).without("./lost+found");
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertClean(Path ext4) {
        run("e2fsck", "-f", "-n", ext4);
    }

    private static void run(Object... command) {
        Command.of(command).timeout(PATIENCE).run().orFail();
    }
}
