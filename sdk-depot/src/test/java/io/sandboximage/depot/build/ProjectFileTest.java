package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectFileTest {
    @TempDir
    Path folder;

    @Test
    void nearestFileAboveAFolderNamesTheProject() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("a/b"));
        Files.writeString(folder.resolve("depot.json"), "{\"id\":\"outer\"}\n");
        assertThat(ProjectFile.near(deep, Map.of())).contains("outer");
        Files.writeString(folder.resolve("a/depot.yaml"), "id: inner\n");
        assertThat(ProjectFile.near(deep, Map.of())).contains("inner");
        Files.writeString(folder.resolve("a/depot.yml"), "id: first\n");
        assertThat(ProjectFile.near(deep, Map.of())).contains("first");
    }

    @Test
    void environmentGoesBeforeFiles() throws IOException {
        Files.writeString(folder.resolve("depot.json"), "{\"id\":\"file\"}");
        assertThat(ProjectFile.near(folder, Map.of("DEPOT_PROJECT_ID", "variable")))
                .contains("variable");
        assertThat(ProjectFile.near(folder, Map.of("DEPOT_PROJECT_ID", ""))).contains("file");
    }

    @Test
    void fileWithoutIdNamesNone() throws IOException {
        Files.writeString(folder.resolve("depot.yml"), "name: demo\n");
        assertThat(ProjectFile.near(folder, Map.of())).isEmpty();
    }

    @Test
    void writesWhatItReads() throws IOException {
        Path file = ProjectFile.write(folder, "one");
        assertThat(file).isEqualTo(folder.resolve("depot.json"));
        assertThat(Files.readString(file)).isEqualTo("{\"id\":\"one\"}\n");
        Path deep = Files.createDirectories(folder.resolve("a"));
        Files.writeString(deep.resolve("depot.yml"), "id: old\n");
        assertThat(ProjectFile.write(deep, "two")).isEqualTo(deep.resolve("depot.yml"));
        assertThat(ProjectFile.near(deep, Map.of())).contains("two");
        assertThat(ProjectFile.near(folder, Map.of())).contains("one");
        assertThat(ProjectFile.near(List.of(folder, deep), Map.of())).contains("two");
    }
}
