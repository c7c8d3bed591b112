package io.sandboximage.tests.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.LoopMount;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresEngine({Engine.E2FSPROGS, Engine.LOOP_MOUNTS, Engine.XATTR_TOOLS})
class Ext4MountIT {
    private static final Ext4Options ROOMY = Ext4Options.defaults().freePercent(200);

    /** The kernel's form, revision 2 and effective: permitted is bit 13, CAP_NET_RAW, and nothing is inheritable. */
    private static final byte[] NET_RAW = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    @TempDir
    Path folder;

    private Path image;
    private Path mountPoint;

    @BeforeEach
    void makeMountPoint() throws IOException {
        image = folder.resolve("image");
        mountPoint = Files.createDirectory(folder.resolve("mounted"));
    }

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104})
    void theKernelSeesEveryFileAsItWasGiven(long seed) {
        FileTree tree = RandomTree.of(seed, 500);
        Images.write(tree, ROOMY, image, seed);
        try (LoopMount mount = LoopMount.readOnly(image, mountPoint)) {
            Trees.requireEqual(MountedTree.describe(mount.path()), MountedTree.expected(tree));
            assertThat(mount.kernelWarnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {201, 202, 203})
    void staysCleanWhenTheKernelChangesIt(long seed) {
        FileTree tree = RandomTree.of(seed, 300);
        Images.write(tree, ROOMY.journal(seed != 203).sizeBytes(2L << 30), image, seed);
        try (LoopMount mount = LoopMount.readWrite(image, mountPoint)) {
            shell(mount.path(), """
                    mkdir fresh
                    cd fresh
                    seq 1 10000 | sed 's/^/file-with-a-long-name-/' | xargs touch
                    ls | head -n 4000 | xargs rm
                    cd ..
                    seq 1 500 | sed 's|^|crowded/added-|' | xargs mkdir
                    find crowded -name 'n*1' -delete
                    find . -xdev -type f -size +8k -print0 | head -z -n 50 | xargs -0 -n 1 sh -c 'echo more >> "$1"' append
                    find . -xdev -type f -size -8k -print0 | head -z -n 50 | xargs -0 -n 1 sh -c 'head -c 100000 /dev/urandom > "$1"' replace
                    find . -xdev -type d -print0 | head -z -n 20 | xargs -0 setfattr -n trusted.added -v 12345
                    find . -xdev -type f -print0 | head -z -n 20 | xargs -0 setfacl -m u:1234:rw
                    find . -mindepth 1 -maxdepth 1 -type d ! -name lost+found ! -name crowded ! -name fresh -print0 | head -z -n 1 | xargs -0 rm -r
                    dd if=/dev/zero of=large bs=1M count=200 status=none
                    rm large
                    sync
                    """);
            assertThat(mount.kernelWarnings()).isEmpty();
        }
        Images.requireClean(image);
        try (Ext4Reader reader = Ext4Reader.open(image)) {
            reader.verify();
            Inode fresh = reader.tree().root().child(FileName.of("fresh"));
            assertThat(fresh).isNotNull();
            assertThat(fresh.childCount()).isEqualTo(6000);
        }
    }

    @Test
    void theKernelFindsEveryNameOfAnIndexedDirectory() throws IOException {
        FileTree tree = new FileTree();
        tree.root().permissions(0755);
        Inode many = new Inode(FileType.DIRECTORY).permissions(0755);
        tree.root().put(FileName.of("many"), many);
        Path names = folder.resolve("names");
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            String name = "entry " + i + "-é".repeat(i % 7);
            many.put(FileName.of(name), new Inode(FileType.REGULAR).permissions(0644));
            list.append(name).append('\n');
        }
        Files.writeString(names, list.toString());
        Images.write(tree, Ext4Options.defaults(), image, 0);
        try (LoopMount mount = LoopMount.readOnly(image, mountPoint)) {
            // stat asks for each name by its hash: a listing would find names in wrong places too.
            String found = Command.of("sh", "-c", "tr '\\n' '\\0' | xargs -0 stat -c %h | wc -l")
                    .in(mount.path().resolve("many"))
                    .stdin(names)
                    .run()
                    .orFail()
                    .output();
            assertThat(found.strip()).isEqualTo("100000");
            assertThat(mount.kernelWarnings()).isEmpty();
        }
    }

    @Test
    void toolsShowListsOfAccessRightsAndCapabilities() throws IOException {
        FileTree tree = new FileTree();
        Inode file = new Inode(FileType.REGULAR)
                .permissions(0750)
                .xattr("system.posix_acl_access", RandomXattrs.acl(4711))
                .xattr("security.capability", NET_RAW)
                .xattr("user.note", "kept".getBytes(StandardCharsets.UTF_8));
        tree.root().put(FileName.of("file"), file);
        Images.write(tree, Ext4Options.defaults(), image, 0);
        try (LoopMount mount = LoopMount.readOnly(image, mountPoint)) {
            Path path = mount.path().resolve("file");
            assertThat(Command.of("getfacl", "-n", path).run().orFail().output())
                    .contains("user:4711:r-x", "mask::r-x");
            assertThat(Command.of("getfattr", "-n", "user.note", path)
                            .run()
                            .orFail()
                            .output())
                    .contains("user.note=\"kept\"");
            assertThat(Command.of("getcap", path).run().orFail().output()).isEqualTo(path + " cap_net_raw=ep\n");
        }
    }

    @Test
    void growsOffline() {
        FileTree tree = RandomTree.of(301, 300);
        Images.write(tree, Ext4Options.defaults(), image, 0);
        Map<String, String> before = described(image);
        Command.of("truncate", "-s", "3G", image).run().orFail();
        Command.of("e2fsck", "-fp", image).run().orFail();
        Command.of("resize2fs", image).run().orFail();
        Images.requireClean(image);
        Trees.requireEqual(described(image), before);
        try (Ext4Reader reader = Ext4Reader.open(image)) {
            assertThat(reader.superblock().sizeBytes()).isEqualTo(3L << 30);
        }
    }

    private static Map<String, String> described(Path image) {
        try (Ext4Reader reader = Ext4Reader.open(image)) {
            reader.verify();
            return Trees.describe(reader.tree());
        }
    }

    /** Names in a random tree hold newlines and blanks: scripts pass them on with zero bytes between. */
    private static void shell(Path folder, String script) {
        Command.of("sh", "-ec", script).in(folder).env("LC_ALL", "C").run().orFail();
    }
}
