package io.sandboximage.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.ExtentNode;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.ext4.internal.format.Superblock.Field;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What file systems may claim that were made to do harm: reading them ends soon, takes little memory and says what is wrong. */
class HostileExt4Test {
    private static final int BLOCK = 4096;
    private static final int RECORD_LENGTH = 4;
    private static final int NAME_LENGTH = 6;

    @TempDir
    Path folder;

    private final FileTree tree = new FileTree();
    private byte[] bytes = {};
    private ByteBuffer disk = ByteBuffer.allocate(0);

    @BeforeEach
    void writeOne() throws IOException {
        Inode directory = new Inode(FileType.DIRECTORY);
        directory.put(FileName.of("inner"), new Inode(FileType.DIRECTORY));
        tree.root().put(FileName.of("directory"), directory);
        tree.root().put(FileName.of("file"), new Inode(FileType.REGULAR).content(new FileContent(3 * BLOCK)));
        tree.root().put(FileName.of("valued"), new Inode(FileType.FIFO).xattr("user.large", new byte[60_000]));
        byte[] target = "t".repeat(100).getBytes(StandardCharsets.US_ASCII);
        tree.root().put(FileName.of("link"), new Inode(FileType.SYMLINK).linkTarget(target));
        write();
        // Without checksums, so that what is changed is read.
        Superblock superblock = superblock();
        superblock.set(Field.RO_COMPAT, superblock.get(Field.RO_COMPAT) & ~Ext4Format.RO_COMPAT_METADATA_CSUM);
        put(superblock);
    }

    private void write() throws IOException {
        Path file = folder.resolve("original");
        Files.deleteIfExists(file);
        try (Ext4Output output =
                Ext4Writer.plan(tree, Ext4Options.defaults().journal(false)).create(file)) {
            for (Inode inode : tree.inodes()) {
                if (inode.content().sizeBytes() > 0) {
                    output.writeData(
                            inode, 0, ByteBuffer.allocate((int) inode.content().sizeBytes()));
                }
            }
            output.finish();
        }
        bytes = Files.readAllBytes(file);
        disk = Ext4Format.littleEndian(bytes);
    }

    @Test
    void aFileSystemThatIsLargerThanItsFileIsRefused() {
        Superblock superblock = superblock();
        put(superblock.set(Field.BLOCKS, superblock.get(Field.BLOCKS) + 1));

        assertRefused("is cut off");
    }

    @Test
    void inodesThatAreLargerThanABlockAreRefused() {
        put(superblock().set(Field.INODE_BYTES, 8192));

        assertRefused("impossible sizes");
    }

    @Test
    void inodesWhoseSizeIsNoPowerOfTwoAreRefused() {
        put(superblock().set(Field.INODE_BYTES, 384));

        assertRefused("impossible sizes");
    }

    @Test
    void anExtentTreeThatLeadsToItselfIsRefused() {
        int block = firstBlockOf("directory");
        new ExtentNode(nodeAt(block)).header(1, ExtentNode.BLOCK_ENTRIES, 1).index(0, 0, block);
        root("file", node -> node.header(1, ExtentNode.INODE_ENTRIES, 2).index(0, 0, block));

        assertRefused("extent tree of inode");
    }

    @Test
    void anExtentTreeThatIsDeeperThanLinuxMakesThemIsRefused() {
        root("file", node -> node.header(1, ExtentNode.INODE_ENTRIES, 6).index(0, 0, 1));

        assertRefused("extent tree of inode");
    }

    @Test
    void extentsThatAreThereTwiceAreRefused() {
        int block = firstBlockOf("file");
        root("file", node -> node.header(2, ExtentNode.INODE_ENTRIES, 0)
                .leaf(0, 0, 2, block)
                .leaf(1, 1, 2, block));

        assertRefused("overlap or are out of order");
    }

    @Test
    void emptyNodesOfAnExtentTreeAreNotReadForEver() {
        int empty = firstBlockOf("file");
        new ExtentNode(nodeAt(empty)).header(0, ExtentNode.BLOCK_ENTRIES, 0);
        int full = empty + 1;
        ExtentNode node = new ExtentNode(nodeAt(full)).header(ExtentNode.BLOCK_ENTRIES, ExtentNode.BLOCK_ENTRIES, 1);
        for (int i = 0; i < ExtentNode.BLOCK_ENTRIES; i++) {
            node.index(i, 0, empty);
        }
        root("file", top -> top.header(1, ExtentNode.INODE_ENTRIES, 2).index(0, 0, full));

        assertRefused("too many empty nodes");
    }

    @Test
    void aDirectoryThatHasABlockTwiceIsRefused() {
        int block = firstBlockOf("directory");
        root("directory", node -> node.header(2, ExtentNode.INODE_ENTRIES, 0)
                .leaf(0, 0, 1, block)
                .leaf(1, 1, 1, block));
        inode("directory").size(2 * BLOCK);

        assertRefused("has a block twice");
    }

    @Test
    void aDirectoryInsideOfItselfIsRefused() {
        int entry = entry(firstBlockOf("directory") * BLOCK, "inner");
        disk.putInt(entry, number("directory"));

        assertRefused("has two names");
    }

    @Test
    void aNameThatIsLongerThanItsEntryIsRefused() {
        int entry = entry(firstBlockOf("directory") * BLOCK, "inner");
        disk.putShort(entry + RECORD_LENGTH, (short) 12);
        disk.put(entry + NAME_LENGTH, (byte) 255);

        assertRefused("an entry of directory");
    }

    @Test
    void namesThatLeadElsewhereAreRefused() {
        int entry = entry(firstBlockOf("directory") * BLOCK, "inner");
        disk.put(entry + 9, (byte) '/');

        assertRefused("directory");
    }

    @Test
    void attributeValuesThatAreLargerThanLinuxHasThemAreRefused() {
        InodeRecord valued = inode("valued");
        int area = offset(number("valued")) + valued.xattrOffset();
        int start = valued.xattrBlock() == 0 ? area + 4 : (int) valued.xattrBlock() * BLOCK + 32;
        disk.putInt(start + 8, (1 << 16) + 1);

        assertRefused("the extended attributes of inode");
    }

    @Test
    void aLinkWithATargetOfATebibyteIsRefused() {
        inode("link").size(1L << 40);

        assertRefused("is too long");
    }

    @Test
    void aFileOfAnExbibyteIsAHoleThatTakesNoMemory() throws IOException {
        inode("file").size(1L << 60);

        try (Ext4Reader reader = open()) {
            Inode file = Objects.requireNonNull(reader.tree().root().child(FileName.of("file")));
            ByteBuffer some = ByteBuffer.allocate(100);
            assertThat(reader.read(file, (1L << 60) - 60, some)).isEqualTo(60);
            assertThat(some.array()).containsOnly(0);
        }
    }

    @Test
    void theHashTreeOfADirectoryIsNotFollowed() throws IOException {
        Inode crowd = new Inode(FileType.DIRECTORY);
        for (int i = 0; i < 1000; i++) {
            crowd.put(FileName.of("a name of some length " + i), new Inode(FileType.FIFO));
        }
        tree.root().put(FileName.of("crowd"), crowd);
        writeOne();
        int index = firstBlockOf("crowd") * BLOCK;
        disk.put(index + 0x1E, (byte) 0xFF); // levels
        disk.putShort(index + 0x22, (short) 0xFFFF); // entries
        for (int i = 0; i < 20; i++) {
            disk.putInt(index + 0x24 + 8 * i, 0); // blocks, each of which is the index itself
        }

        try (Ext4Reader reader = open()) {
            assertThat(reader.find("/crowd").childCount()).isEqualTo(1000);
        }
    }

    @Test
    void treesThatAreDeeperThanAnyPathAreRead() throws IOException {
        Inode parent = tree.root();
        for (int depth = 0; depth < 5000; depth++) {
            Inode child = new Inode(FileType.DIRECTORY);
            parent.put(FileName.of("d"), child);
            parent = child;
        }
        writeOne();

        try (Ext4Reader reader = open()) {
            assertThat(reader.tree().inodes()).hasSizeGreaterThan(5000);
            reader.verify();
        }
    }

    private void assertRefused(String message) {
        ThrowingCallable reading = () -> {
            try (Ext4Reader reader = open()) {
                reader.verify();
            }
        };
        assertThatThrownBy(reading)
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("changed")
                .hasMessageContaining(message);
    }

    private Ext4Reader open() throws IOException {
        return Ext4Reader.open(Files.write(folder.resolve("changed"), bytes));
    }

    private Superblock superblock() {
        byte[] copy = new byte[Superblock.BYTES];
        System.arraycopy(bytes, Superblock.OFFSET, copy, 0, copy.length);
        return new Superblock(copy);
    }

    private void put(Superblock superblock) {
        System.arraycopy(superblock.bytes(), 0, bytes, Superblock.OFFSET, Superblock.BYTES);
    }

    private interface NodeChange {
        void to(ExtentNode node);
    }

    private void root(String name, NodeChange change) {
        InodeRecord inode = inode(name);
        byte[] block = inode.iBlock();
        change.to(new ExtentNode(Ext4Format.littleEndian(block)));
        inode.iBlock(block);
    }

    private ByteBuffer nodeAt(int block) {
        return disk.slice(block * BLOCK, BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int firstBlockOf(String name) {
        return (int) new ExtentNode(Ext4Format.littleEndian(inode(name).iBlock())).start(0);
    }

    private InodeRecord inode(String name) {
        return new InodeRecord(disk, offset(number(name)), InodeRecord.BYTES);
    }

    /** Of a name in the root. */
    private int number(String name) {
        InodeRecord root = new InodeRecord(disk, offset(Ext4Format.ROOT_INODE), InodeRecord.BYTES);
        ExtentNode node = new ExtentNode(Ext4Format.littleEndian(root.iBlock()));
        return disk.getInt(entry((int) node.start(0) * BLOCK, name));
    }

    private int entry(int at, String name) {
        int entry = at;
        while (!name(entry).equals(name)) {
            entry += disk.getShort(entry + RECORD_LENGTH) & 0xFFFF;
            assertThat(entry).as(name).isLessThan(at + BLOCK);
        }
        return entry;
    }

    private String name(int entry) {
        return new String(bytes, entry + 8, disk.get(entry + NAME_LENGTH) & 0xFF, StandardCharsets.UTF_8);
    }

    private int offset(int inode) {
        GroupDescriptor group = new GroupDescriptor(disk, BLOCK, GroupDescriptor.BYTES);
        return (int) group.get(GroupDescriptor.Field.INODE_TABLE) * BLOCK + (inode - 1) * InodeRecord.BYTES;
    }
}
