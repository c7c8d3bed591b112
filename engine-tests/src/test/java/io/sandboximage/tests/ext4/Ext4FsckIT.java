package io.sandboximage.tests.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ext4.Ext4Layout;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresEngine(Engine.E2FSPROGS)
class Ext4FsckIT {
    private static final Ext4Options OPTIONS = Ext4Options.defaults()
            .timestamp(Instant.parse("2024-05-06T07:08:09Z"))
            .label("random");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void randomTreesAreCleanAndReadBackEqual(long seed) throws IOException {
        FileTree tree = RandomTree.of(seed, 400);
        Random random = new Random(seed);
        Ext4Options options = OPTIONS.journal(seed % 3 != 0);
        if (seed % 2 == 0) {
            options = options.sizeBytes((200L << 20) + random.nextInt(1 << 30)).reservedPercent(random.nextInt(6));
        }
        Path file = folder.resolve("image");
        Images.write(tree, options, file, seed);
        Images.requireClean(file);
        requireEqual(tree, file);
    }

    private static void requireEqual(FileTree tree, Path file) throws IOException {
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            reader.verify();
            FileTree read = reader.tree();
            Trees.requireEqual(Trees.describe(read), Trees.describe(tree));
            // Equal trees list their inodes in equal order; the reader's has lost+found in addition.
            List<Inode> written = contents(tree);
            List<Inode> found = contents(read);
            for (int i = 0; i < written.size(); i++) {
                SeededContent content = (SeededContent) written.get(i).content();
                assertThat(reader.newInputStream(found.get(i)).readAllBytes()).isEqualTo(content.bytes());
            }
        }
    }

    private static List<Inode> contents(FileTree tree) {
        return tree.inodes().stream()
                .filter(inode ->
                        inode.type() == FileType.REGULAR && inode.content().sizeBytes() > 0)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                256 << 10,
                1 << 20,
                (8 << 20) + 4095,
                (128 << 20) + 4096 * 10,
                (128 << 20) + 4096 * 3000,
                (1L << 30) - 4096,
                (5L << 30) + 12345,
                (700L << 30) + 4096 * 77,
                3L << 40
            })
    void anySizeIsClean(long sizeBytes) throws IOException {
        FileTree tree = new FileTree();
        Path file = folder.resolve("image");
        Ext4Options options = OPTIONS.sizeBytes(sizeBytes).journal(sizeBytes >= 8 << 20);
        Ext4Layout layout = Images.write(tree, options, file, 0);
        assertThat(Files.size(file)).isEqualTo(sizeBytes);
        assertThat(layout.blockCount() * 4096).isLessThanOrEqualTo(sizeBytes);
        Images.requireClean(file);
    }

    @Test
    void hugeHolesAndDeepExtentTreesAreClean() throws IOException {
        FileTree tree = new FileTree();
        Inode hole = new Inode(FileType.REGULAR).permissions(0600).content(new SeededContent(1, 1L << 40, List.of()));
        tree.root().put(FileName.of("hole"), hole);
        List<Range> ranges = new ArrayList<>();
        for (long i = 0; i < 4 * 340 + 500; i++) {
            ranges.add(new Range(i * 16_384, 10));
        }
        long size = 5L << 30;
        ranges.add(new Range(size - 5000, 5000));
        Inode fragmented = new Inode(FileType.REGULAR).permissions(0600).content(new SeededContent(2, size, ranges));
        tree.root().put(FileName.of("fragmented"), fragmented);
        Path file = folder.resolve("image");
        Images.write(tree, OPTIONS, file, 1);
        Images.requireClean(file);
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            reader.verify();
            Inode read = reader.tree().root().child(FileName.of("fragmented"));
            assertThat(read).isNotNull();
            assertThat(read.content().data()).hasSize(ranges.size());
        }
    }

    @Test
    void crowdedDirectoriesAreClean() {
        FileTree tree = new FileTree();
        Inode many = new Inode(FileType.DIRECTORY).permissions(0755);
        tree.root().put(FileName.of("many"), many);
        for (int i = 0; i < 100_000; i++) {
            many.put(FileName.of("a name of the usual length " + i), new Inode(FileType.FIFO).permissions(0600));
        }
        Inode nested = new Inode(FileType.DIRECTORY).permissions(0755);
        tree.root().put(FileName.of("nested"), nested);
        for (int i = 0; i < 65_100; i++) {
            nested.put(FileName.of("d" + i), new Inode(FileType.DIRECTORY).permissions(0755));
        }
        Path file = folder.resolve("image");
        Images.write(tree, OPTIONS, file, 0);
        Images.requireClean(file);
    }
}
