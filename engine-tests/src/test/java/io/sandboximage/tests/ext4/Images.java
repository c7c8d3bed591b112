package io.sandboximage.tests.ext4;

import io.sandboximage.ext4.Ext4Layout;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.ext4.Ext4Output;
import io.sandboximage.ext4.Ext4Writer;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;

/** Writes trees of {@link SeededContent} to files, and has them checked. */
final class Images {
    private static final int PIECE_BYTES = 10_000;

    private Images() {}

    /** Writes the data in small pieces, by many threads, in an order that {@code shuffle} decides. */
    static Ext4Layout write(FileTree tree, Ext4Options options, Path file, long shuffle) {
        Ext4Layout layout = Ext4Writer.plan(tree, options);
        try (Ext4Output output = layout.create(file)) {
            List<Runnable> writes = new ArrayList<>();
            for (Inode inode : tree.inodes()) {
                if (inode.content() instanceof SeededContent content) {
                    content.data().forEach(range -> pieces(output, inode, content, range, writes));
                }
            }
            Collections.shuffle(writes, new Random(shuffle));
            writes.parallelStream().forEach(Runnable::run);
            output.finish();
        }
        return layout;
    }

    private static void pieces(
            Ext4Output output, Inode inode, SeededContent content, Range range, List<Runnable> writes) {
        long end = range.offset() + range.length();
        for (long at = range.offset(); at < end; at += PIECE_BYTES) {
            long start = at;
            int length = (int) Math.min(PIECE_BYTES, end - at);
            writes.add(() -> {
                ByteBuffer data = ByteBuffer.allocate(length);
                content.fill(start, data);
                output.writeData(inode, start, data.flip());
            });
        }
    }

    /** Requires that e2fsck has nothing to say. */
    static void requireClean(Path file) {
        CommandResult result = Command.of("e2fsck", "-fn", file).run();
        Assertions.assertThat(result.exitCode())
                .as(result.output() + result.errors())
                .isZero();
        Assertions.assertThat(result.output()).doesNotContain("WARNING", "? no", "Fix", "error");
    }
}
