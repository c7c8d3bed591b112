package io.sandboximage.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void whatIsInterruptedWasCancelledAndLeavesTheFileAsItWas() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "before");

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> AtomicFile.write(file, new byte[10])).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasContent("before");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatTheDiskRefusesIsAStorageProblem() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "before");

        assertThatThrownBy(() -> AtomicFile.write(file.resolve("below"), new byte[10]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("below");
    }
}
