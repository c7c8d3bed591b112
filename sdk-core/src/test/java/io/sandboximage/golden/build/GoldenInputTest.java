package io.sandboximage.golden.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenInputTest {
    @TempDir
    Path folder;

    @Test
    void whatTheIgnoreFileLeavesOutDoesNotCount() throws IOException {
        write("Dockerfile", "FROM scratch");
        write("src/app", "one");
        write("logs/today", "one");
        write("out/keep/this", "one");
        write("out/not-this", "one");
        write(".dockerignore", "logs\nout\n!out/keep\nDockerfile\n**/*.tmp\n");
        GoldenInput input = GoldenInput.files(folder);
        String before = input.state();

        write("logs/today", "two");
        write("logs/deeper/new", "two");
        write("out/not-this", "two");
        write("src/deep.tmp", "two");
        assertThat(input.state()).isEqualTo(before);

        assertChanges(input, "src/app");
        assertChanges(input, "src/new");
        assertChanges(input, "out/keep/this");
        // The builder sees it whatever is left out.
        assertChanges(input, "Dockerfile");
    }

    @Test
    void aFileIsItsOwnInput() throws IOException {
        write("Dockerfile", "FROM scratch");
        write(".dockerignore", "*");
        assertChanges(GoldenInput.files(folder.resolve("Dockerfile")), "Dockerfile");
    }

    private void assertChanges(GoldenInput input, String file) throws IOException {
        String before = input.state();
        write(file, "changed");
        assertThat(input.state()).as(file).isNotEqualTo(before);
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
