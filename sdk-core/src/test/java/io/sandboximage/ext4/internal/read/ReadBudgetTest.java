package io.sandboximage.ext4.internal.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.disk.Disk;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.ext4.Ext4Output;
import io.sandboximage.ext4.Ext4Writer;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadBudgetTest {
    private static final int FILES = 1000;

    @TempDir
    Path folder;

    @Test
    void moreFilesThanTheMemoryHoldsAreRefused() {
        try (Volume volume = volume(() -> new Inode(FileType.FIFO))) {
            assertThat(new TreeReader(volume, new ReadBudget(volume, FILES * 300))
                            .read()
                            .inodes())
                    .hasSizeGreaterThan(FILES);
            assertThatThrownBy(() -> new TreeReader(volume, new ReadBudget(volume, FILES * 150)).read())
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("too many files for the memory of this process");
        }
    }

    @Test
    void namesOfOneInodeCountForThemselves() {
        Inode one = new Inode(FileType.FIFO);
        try (Volume volume = volume(() -> one)) {
            assertThatThrownBy(() -> new TreeReader(volume, new ReadBudget(volume, FILES * 60)).read())
                    .hasMessageContaining("too many files");
        }
    }

    @Test
    void attributesThatManyFilesShareCountForEach() {
        try (Volume volume = volume(() -> new Inode(FileType.FIFO).xattr("user.large", new byte[60_000]))) {
            assertThatThrownBy(() -> new TreeReader(volume, new ReadBudget(volume, 20 << 20)).read())
                    .hasMessageContaining("too many files");
        }
    }

    @Test
    void aFileOfMoreExtentsThanTheMemoryHoldsIsRefused() {
        try (Volume volume = volume(() -> new Inode(FileType.FIFO))) {
            ReadBudget.requireExtents(volume, 12, 1000);
            assertThatThrownBy(() -> ReadBudget.requireExtents(volume, 12, 1L << 40))
                    .isInstanceOf(InvalidContentException.class)
                    .hasMessageContaining("inode 12");
        }
    }

    /** @param file what each of a thousand names leads to */
    private Volume volume(Supplier<Inode> file) {
        FileTree tree = new FileTree();
        for (int i = 0; i < FILES; i++) {
            tree.root().put(FileName.of("file" + i), file.get());
        }
        Path image = folder.resolve("image");
        try (Ext4Output output =
                Ext4Writer.plan(tree, Ext4Options.defaults().journal(false)).create(image)) {
            output.finish();
        }
        return Volume.open(Disk.open(image));
    }
}
