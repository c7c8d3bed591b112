package io.sandboximage.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.filetree.FileContent;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ext4RoundTripTest {
    private static final byte[] DATA = "some data".getBytes(StandardCharsets.UTF_8);
    private static final Ext4Options OPTIONS =
            Ext4Options.defaults().label("test").journal(false);

    @TempDir
    Path folder;

    private final FileTree tree = new FileTree();

    private Path write(String name, Ext4Options options) {
        Path file = folder.resolve(name);
        try (Ext4Output output = Ext4Writer.plan(tree, options).create(file)) {
            for (Inode inode : tree.inodes()) {
                for (FileContent.Range range : inode.content().data()) {
                    output.writeData(inode, range.offset(), ByteBuffer.wrap(DATA));
                }
            }
            output.finish();
        }
        return file;
    }

    private Inode add(String name, Inode inode) {
        tree.root().put(FileName.of(name), inode);
        return inode;
    }

    private static Inode child(FileTree read, String name) {
        return Objects.requireNonNull(read.root().child(FileName.of(name)));
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Inode file = add(
                "file",
                new Inode(FileType.REGULAR).permissions(04755).owner(70_000, -2).mtime(-5, 999_999_999));
        file.content(new FileContent(1L << 40, List.of(new FileContent.Range(1L << 33, DATA.length))));
        file.xattr("user.large", new byte[60_000]).xattr("trusted.small", DATA);
        add("again", file);
        add("device", new Inode(FileType.BLOCK_DEVICE).device(259, 70_000));
        add(
                "link",
                new Inode(FileType.SYMLINK)
                        .permissions(0777)
                        .linkTarget("t".repeat(60).getBytes(StandardCharsets.UTF_8)));
        try (Ext4Reader reader = Ext4Reader.open(write("image", OPTIONS))) {
            reader.verify();
            FileTree read = reader.tree();
            Inode found = child(read, "file");
            assertThat(child(read, "again")).isSameAs(found);
            assertThat(found.permissions()).isEqualTo(04755);
            assertThat(found.uid()).isEqualTo(70_000);
            assertThat(found.gid()).isEqualTo(-2);
            assertThat(found.mtimeSeconds()).isEqualTo(-5);
            assertThat(found.mtimeNanos()).isEqualTo(999_999_999);
            assertThat(found.xattrs()).containsOnlyKeys("user.large", "trusted.small");
            assertThat(found.xattrs().get("user.large")).isEqualTo(new byte[60_000]);
            assertThat(found.xattrs().get("trusted.small")).isEqualTo(DATA);
            assertThat(found.content().sizeBytes()).isEqualTo(1L << 40);
            ByteBuffer target = ByteBuffer.allocate(DATA.length + 1);
            assertThat(reader.read(found, 1L << 33, target)).isEqualTo(DATA.length + 1);
            assertThat(target.array()).startsWith(DATA).endsWith(0);
            assertThat(child(read, "device").deviceMinor()).isEqualTo(70_000);
            assertThat(child(read, "link").linkTarget()).hasSize(60);
            assertThat(reader.superblock().label()).isEqualTo("test");
        }
    }

    @Test
    void equalTreesGiveEqualBytes() throws IOException {
        Inode many = add("many", new Inode(FileType.DIRECTORY).permissions(0755));
        for (int i = 0; i < 500; i++) {
            many.put(FileName.of("name-" + i), new Inode(FileType.FIFO));
        }
        assertThat(Files.mismatch(write("one", OPTIONS), write("two", OPTIONS))).isEqualTo(-1);
    }

    @Test
    void damagedMetadataIsFound() throws IOException {
        Path file = write("image", OPTIONS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 1024 + 0x88);
        }
        assertThatThrownBy(() -> Ext4Reader.open(file))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("superblock");
    }

    @Test
    void tellsTheNeededSizeWhereTheTreeDoesNotFit() {
        add("file", new Inode(FileType.REGULAR).content(new FileContent(10 << 20)));
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS.sizeBytes(4 << 20)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("11534336 bytes");
        assertThat(Ext4Writer.plan(tree, OPTIONS.sizeBytes(11_534_336)).dataBytes())
                .isEqualTo(10 << 20);
    }

    @Test
    void refusesWhatExt4CannotHold() {
        add("link", new Inode(FileType.SYMLINK));
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void refusesLargeAttributesOfSymbolicLinks() {
        Inode link = new Inode(FileType.SYMLINK).linkTarget("target".getBytes(StandardCharsets.UTF_8));
        add("link", link.xattr("trusted.large", new byte[20_000]));
        assertThatThrownBy(() -> Ext4Writer.plan(tree, OPTIONS))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("symbolic link are too large");
    }

    @Test
    void refusesToFinishWithoutTheData() {
        add("file", new Inode(FileType.REGULAR).content(new FileContent(5)));
        try (Ext4Output output = Ext4Writer.plan(tree, OPTIONS).create(folder.resolve("image"))) {
            assertThatThrownBy(output::finish)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("0 of 5 bytes");
        }
    }

    @Test
    void extractsNothingOverWhatExists() throws IOException {
        add("file", new Inode(FileType.REGULAR).permissions(0644).content(new FileContent(DATA.length)));
        Path target = folder.resolve("target");
        try (Ext4Reader reader = Ext4Reader.open(write("image", OPTIONS))) {
            assertThat(reader.extract(target).bytes()).isEqualTo(DATA.length);
            assertThat(target.resolve("file")).hasBinaryContent(DATA);
            assertThatThrownBy(() -> reader.extract(target)).isInstanceOf(ConflictException.class);
        }
    }

    /** Without checksums, as old file systems are: then nothing else tells that a superblock is damaged. */
    @ParameterizedTest
    @ValueSource(ints = {65, 2048, 4096, 8192, 65_535})
    void impossibleSizesOfDescriptorsAreTold(int bytes) throws IOException {
        Path file = write("image", OPTIONS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer superblock = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(superblock, 1024);
            superblock.putInt(0x64, superblock.getInt(0x64) & ~0x400).putShort(0xFE, (short) bytes);
            channel.write(superblock.flip().limit(1024), 1024);
        }
        assertThatThrownBy(() -> Ext4Reader.open(file))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("impossible size");
    }
}
