package io.sandboximage.tests.ext4;

import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Trees with everything that Linux allows, made from a seed. */
final class RandomTree {
    private static final int MAX_FILE_BYTES = 200_000;

    /** 2310-04-04: what is later e2fsck takes for a mistake of old kernels, though without calling it an error. */
    private static final long MAX_SECONDS = 5L << 31;

    private final Random random;
    private final FileTree tree = new FileTree();
    private final List<Inode> directories = new ArrayList<>();
    private final List<Inode> files = new ArrayList<>();

    private RandomTree(long seed) {
        random = new Random(seed);
        directories.add(tree.root());
    }

    /** @param entries about how many names */
    static FileTree of(long seed, int entries) {
        RandomTree generator = new RandomTree(seed);
        generator.attributes(generator.tree.root());
        for (int i = 0; i < entries; i++) {
            generator.entry();
        }
        generator.crowd();
        return generator.tree;
    }

    private void entry() {
        Inode parent = directories.get(random.nextInt(directories.size()));
        FileName name = name();
        if (parent.child(name) != null) {
            return;
        }
        int kind = random.nextInt(100);
        if (kind < 8 && !files.isEmpty()) {
            parent.put(name, files.get(random.nextInt(files.size())));
            return;
        }
        Inode inode = make(kind);
        attributes(inode);
        parent.put(name, inode);
    }

    private Inode make(int kind) {
        if (kind < 28) {
            Inode directory = new Inode(FileType.DIRECTORY);
            directories.add(directory);
            return directory;
        }
        if (kind < 38) {
            byte[] target = "t"
                    .repeat(1 + random.nextInt(random.nextInt(8) == 0 ? 4095 : 120))
                    .getBytes(StandardCharsets.UTF_8);
            return new Inode(FileType.SYMLINK).linkTarget(target);
        }
        if (kind < 42) {
            boolean wide = random.nextBoolean();
            return new Inode(random.nextBoolean() ? FileType.CHARACTER_DEVICE : FileType.BLOCK_DEVICE)
                    .device(1 + random.nextInt(wide ? 4095 : 255), random.nextInt(wide ? 1 << 20 : 256));
        }
        if (kind < 45) {
            return new Inode(random.nextBoolean() ? FileType.FIFO : FileType.SOCKET);
        }
        Inode file = new Inode(FileType.REGULAR).content(content());
        files.add(file);
        return file;
    }

    private SeededContent content() {
        int shape = random.nextInt(10);
        if (shape == 0) {
            return new SeededContent(0, 0, List.of());
        }
        if (shape > 2) {
            long size = 1 + random.nextInt(shape == 9 ? MAX_FILE_BYTES : 9000);
            return new SeededContent(random.nextLong(), size, List.of(new Range(0, size)));
        }
        List<Range> ranges = new ArrayList<>();
        long at = 0;
        int count = random.nextInt(random.nextInt(4) == 0 ? 1500 : 12);
        for (int i = 0; i < count; i++) {
            at += random.nextInt(20_000);
            long length = 1 + random.nextInt(200);
            ranges.add(new Range(at, length));
            at += length;
        }
        return new SeededContent(random.nextLong(), at + random.nextInt(100_000), ranges);
    }

    private void attributes(Inode inode) {
        boolean link = inode.type() == FileType.SYMLINK;
        inode.permissions(link ? 0777 : random.nextInt(010000))
                .owner(id(), id())
                .mtime(
                        random.nextInt(20) == 0 ? -random.nextInt(1 << 30) : random.nextLong(MAX_SECONDS),
                        random.nextInt(1_000_000_000));
        if (random.nextInt(6) == 0) {
            RandomXattrs.add(inode, random);
        }
    }

    private int id() {
        return random.nextInt(4) == 0 ? random.nextInt() & 0x7FFFFFFF : random.nextInt(2000);
    }

    private FileName name() {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 255 : 24)];
        boolean text = random.nextInt(4) > 0;
        for (int i = 0; i < bytes.length; i++) {
            int b = text ? 'a' + random.nextInt(26) : 1 + random.nextInt(255);
            bytes[i] = (byte) (b == '/' ? '_' : b);
        }
        if (bytes[0] == '.') {
            bytes[0] = 'x';
        }
        return FileName.of(bytes);
    }

    /** One directory that needs an index, sometimes of two levels. */
    private void crowd() {
        Inode crowded = new Inode(FileType.DIRECTORY).permissions(0755);
        int count = random.nextInt(5) == 0 ? 12_000 : random.nextInt(1500);
        int padding = random.nextInt(200);
        for (int i = 0; i < count; i++) {
            Inode file = new Inode(FileType.REGULAR).permissions(0644);
            crowded.put(FileName.of("n" + i + "-" + "p".repeat(padding)), file);
        }
        tree.root().put(FileName.of("crowded"), crowded);
    }
}
