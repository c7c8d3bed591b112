package io.sandboximage.ext4.internal.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.HalfMd4;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectoryLayoutTest {
    private static final HalfMd4 HASH = new HalfMd4(new int[] {1, 2, 3, 4});

    @Test
    void aDirectoryThatFitsIsOneBlockAndLargerOnesHaveAnIndexOfOneOrTwoLevels() {
        assertThat(DirectoryLayout.of(names(100), HASH).hashed()).isFalse();
        DirectoryLayout oneLevel = DirectoryLayout.of(names(10_000), HASH);
        assertThat(oneLevel.nodes()).isZero();
        assertThat(oneLevel.leaves()).isPositive();
        DirectoryLayout twoLevels = DirectoryLayout.of(names(100_000), HASH);
        assertThat(twoLevels.nodes()).isPositive();
        assertThat(twoLevels.blocks()).isEqualTo(1 + twoLevels.nodes() + twoLevels.leaves());
    }

    /** 206,856 leaves with 12 names of 255 bytes each; told before anything is made of them. */
    @Test
    void aDirectoryThatIsTooLargeForTheIndexIsTold() {
        Map.Entry<FileName, Inode> longest = Map.entry(FileName.of("n".repeat(255)), new Inode(FileType.FIFO));

        assertThatThrownBy(() -> DirectoryLayout.of(Collections.nCopies(2_600_000, longest), HASH))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("A directory with 2600000 entries cannot be stored")
                .hasMessageContaining("Spread them over several directories");
    }

    private static List<Map.Entry<FileName, Inode>> names(int count) {
        List<Map.Entry<FileName, Inode>> names = new ArrayList<>();
        Inode inode = new Inode(FileType.FIFO);
        for (int i = 0; i < count; i++) {
            names.add(Map.entry(FileName.of("name-" + i), inode));
        }
        return names;
    }
}
