package io.sandboximage.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ext4 with blocks of 4 KiB can hold at most, and what is said of more; nothing here writes any data. */
class Ext4LimitsTest {
    private static final long TIB = 1L << 40;
    private static final long LARGEST_FILE = 16 * TIB - 4096;
    private static final Ext4Options OPTIONS = Ext4Options.defaults();

    @TempDir
    Path folder;

    private final FileTree tree = new FileTree();
    private final Inode directory = add(tree.root(), "srv", new Inode(FileType.DIRECTORY).permissions(0755));

    @Test
    void filesEndOneBlockBelowSixteenTebibytes() {
        Inode file = add(directory, "large", new Inode(FileType.REGULAR));
        file.content(new FileContent(LARGEST_FILE, List.of(new FileContent.Range(LARGEST_FILE - 1, 1))));
        assertThat(Ext4Writer.plan(tree, OPTIONS).sizeBytes()).isLessThan(64 << 20);

        file.content(new FileContent(LARGEST_FILE + 1, List.of()));
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS))
                .isInstanceOf(InvalidContentException.class)
                .hasMessage(
                        "/srv/large: A file of 17592186040321 bytes cannot be stored: ext4 allows 0 to 17592186040320");
    }

    @Test
    void fileSystemsEndAt128Tebibytes() {
        for (int i = 0; i < 9; i++) {
            add(directory, "file-" + i, new Inode(FileType.REGULAR).content(new FileContent(LARGEST_FILE)));
        }
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("more than 128 TiB");
        assertThatThrownBy(() -> OPTIONS.sizeBytes(128 * TIB + 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("256 KiB to 128 TiB");
        assertThat(Ext4Writer.plan(new FileTree(), OPTIONS.sizeBytes(128 * TIB)).blockCount())
                .isEqualTo(128 * TIB / 4096);
    }

    @Test
    void dataThatWasWrittenBeforeItsSizeWasKnownEndsAtTwoTebibytes() {
        Inode file = add(directory, "large", new Inode(FileType.REGULAR).content(new FileContent(3 * TIB)));
        try (Ext4DataArea area = Ext4DataArea.create(folder.resolve("automatic"), OPTIONS)) {
            assertThatThrownBy(() -> area.plan(tree, inode -> 0, 3 * TIB / 4096))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("choose an exact size");
        }
        Ext4Options exact = OPTIONS.sizeBytes(4 * TIB);
        try (Ext4DataArea area = Ext4DataArea.create(folder.resolve("exact"), exact)) {
            assertThat(area.plan(tree, inode -> 0, 3 * TIB / 4096).dataBytes())
                    .isEqualTo(file.content().sizeBytes());
        }
    }

    @Test
    void aFileHasAtMost65000Names() {
        Inode file = new Inode(FileType.REGULAR);
        for (int i = 0; i < 65_000; i++) {
            directory.put(FileName.of("name-" + i), file);
        }
        assertThat(Ext4Writer.plan(tree, OPTIONS).usedInodes()).isEqualTo(13);

        directory.put(FileName.of("a name too many"), file);
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS))
                .isInstanceOf(InvalidContentException.class)
                .hasMessage(
                        "/srv/a name too many: A file with 65001 names cannot be stored: ext4 allows 65000 hard links");
    }

    @Test
    void attributesWhoseNamesFillABlockAreTold() {
        Inode file = add(directory, "file", new Inode(FileType.REGULAR));
        for (int i = 0; i < 18; i++) {
            file.xattr("user." + "n".repeat(200) + i, new byte[60_000]);
        }
        assertThat(Ext4Writer.plan(tree, OPTIONS).usedInodes()).isEqualTo(14);

        for (int i = 18; i < 21; i++) {
            file.xattr("user." + "n".repeat(200) + i, new byte[0]);
        }
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS))
                .isInstanceOf(InvalidContentException.class)
                .hasMessage(
                        "/srv/file: The 21 extended attributes of one file cannot be stored: their names alone fill a"
                                + " block");
    }

    @Test
    void attributesThatLinuxRefusesAreTold() {
        Inode file = add(directory, "file", new Inode(FileType.REGULAR));
        file.xattr("user.large", new byte[(64 << 10) + 1]);
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("/srv/file: The extended attribute \"user.large\" with a value of 65537 bytes");
    }

    @Test
    void inodesThatAreTooFewAreTold() {
        for (int i = 0; i < 100; i++) {
            add(directory, "fifo-" + i, new Inode(FileType.FIFO));
        }
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS.inodes(100)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("with 100 inodes: it needs 112");
        assertThat(Ext4Writer.plan(tree, OPTIONS.inodes(112)).usedInodes()).isEqualTo(112);
    }

    @Test
    void aGroupHasSoManyInodesThatSizesCanBeTooSmallForThem() {
        for (int i = 0; i < 40_000; i++) {
            add(directory, "fifo-" + i, new Inode(FileType.FIFO));
        }
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS.sizeBytes(128 << 20)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("it needs 1");
    }

    private static Inode add(Inode parent, String name, Inode inode) {
        parent.put(FileName.of(name), inode);
        return inode;
    }
}
