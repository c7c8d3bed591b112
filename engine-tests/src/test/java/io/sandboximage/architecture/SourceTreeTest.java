package io.sandboximage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only the sources tell: how long files are, and that each package says what it is for. */
class SourceTreeTest {
    private static final int MAX_LINES = 520;

    @TempDir
    Path folder;

    @Test
    void mainFilesStaySmall() throws IOException {
        assertThat(mainSources()).hasSizeGreaterThan(50);
        assertThat(longFiles(mainSources())).isEmpty();
    }

    @Test
    void aFileAboveTheLimitIsReported() throws IOException {
        Path good = Files.writeString(folder.resolve("Good.java"), "//\n".repeat(MAX_LINES));
        Path bad = Files.writeString(folder.resolve("Bad.java"), "//\n".repeat(MAX_LINES + 1));

        assertThat(longFiles(List.of(good, bad))).containsExactly(bad + " has " + (MAX_LINES + 1) + " lines");
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItIsFor() throws IOException {
        assertThat(undescribedPackages(mainSources())).isEmpty();
    }

    @Test
    void aPackageWithoutDescriptionOrMarkIsReported() throws IOException {
        Path described = Files.createDirectory(folder.resolve("described"));
        Path unmarked = Files.createDirectory(folder.resolve("unmarked"));
        Path bare = Files.createDirectory(folder.resolve("bare"));
        Files.writeString(described.resolve("package-info.java"), "/** Room. */\n@NullMarked\npackage described;");
        Files.writeString(unmarked.resolve("package-info.java"), "/** Room. */\npackage unmarked;");

        assertThat(undescribedPackages(
                        List.of(described.resolve("A.java"), unmarked.resolve("A.java"), bare.resolve("A.java"))))
                .containsExactly(bare, unmarked);
    }

    private static List<String> longFiles(List<Path> sources) throws IOException {
        List<String> reports = new ArrayList<>();
        for (Path source : sources) {
            int lines = Files.readAllLines(source).size();
            if (lines > MAX_LINES) {
                reports.add(source + " has " + lines + " lines");
            }
        }
        return reports;
    }

    private static List<Path> undescribedPackages(List<Path> sources) throws IOException {
        List<Path> reports = new ArrayList<>();
        List<Path> packages = sources.stream()
                .filter(source -> !source.endsWith("module-info.java"))
                .map(Path::getParent)
                .distinct()
                .sorted()
                .toList();
        for (Path folder : packages) {
            Path description = folder.resolve("package-info.java");
            String text = Files.exists(description) ? Files.readString(description) : "";
            if (!text.startsWith("/**") || !text.contains("@NullMarked")) {
                reports.add(folder);
            }
        }
        return reports;
    }

    private static List<Path> mainSources() throws IOException {
        // Surefire runs in the module's folder; the other modules are its siblings.
        try (Stream<Path> modules = Files.list(Path.of("").toAbsolutePath().getParent())) {
            List<Path> sources = new ArrayList<>();
            for (Path root : modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                }
            }
            return sources;
        }
    }
}
