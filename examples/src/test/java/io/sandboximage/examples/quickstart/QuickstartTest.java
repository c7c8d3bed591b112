package io.sandboximage.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.progress.ProgressListener;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
    @TempDir
    Path dir;

    @Test
    void comparesEveryNameAndLeavesTheFile() {
        QuickstartResult result = Quickstart.run(dir.resolve("new"), ProgressListener.NONE);
        assertThat(result.steps()).extracting(Step::name).hasSize(5);
        assertThat(result.names()).isGreaterThan(20);
        assertThat(result.file()).hasValueSatisfying(file -> assertThat(file).isNotEmptyFile());
        assertThat(dir.resolve("new")).isDirectoryNotContaining(f -> !f.endsWith("quickstart.ext4"));
    }

    @Test
    void secondRunFindsItsFileThere() {
        Quickstart.run(dir, ProgressListener.NONE);
        assertThat(Quickstart.run(dir, ProgressListener.NONE).steps().get(2).detail())
                .contains("there already");
    }

    @Test
    void everyKindOfDifferenceIsFound() {
        Path file = Quickstart.run(dir, ProgressListener.NONE).file().orElseThrow();
        Map<String, SampleFile> expected = new LinkedHashMap<>();
        SampleFiles.layers(Busybox.find()).forEach(layer -> layer.files().forEach(f -> expected.put(f.path(), f)));
        expected.remove("/root");
        put(expected, SampleFile.file("/etc/hostname", "quickstarT\n"));
        put(expected, SampleFile.file("/etc/group", "longer than it is\n"));
        put(expected, SampleFile.directory("/tmp").mode(0700));
        put(expected, SampleFile.directory("/sys").owner(1, 2));
        put(expected, SampleFile.link("/var/run", "elsewhere"));
        put(expected, SampleFile.file("/proc", ""));
        put(expected, SampleFile.hardLink("/etc/passwd", SampleFile.file("/etc/group", "")));
        put(expected, SampleFile.file("/missing", ""));

        List<String> differences;
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            differences = TreeComparison.differences(reader, expected, SampleImage.TIME);
            assertThat(TreeComparison.differences(reader, Map.of(), Instant.EPOCH))
                    .as("nothing expected")
                    .hasSizeGreaterThan(20);
        }

        assertThat(differences)
                .anySatisfy(d -> assertThat(d).startsWith("/root: was not put in"))
                .anySatisfy(d -> assertThat(d).startsWith("/etc/hostname: content is sha256:"))
                .anySatisfy(d -> assertThat(d).startsWith("/etc/group: size is "))
                .contains("/tmp: mode is 1777 instead of 700")
                .contains("/sys: owner is 0:0 instead of 1:2")
                .contains("/var/run: target is ../run instead of elsewhere")
                .contains("/proc: type is DIRECTORY instead of REGULAR")
                .contains("/etc/passwd: hard link is false instead of true")
                .contains("/missing: is missing");
    }

    @Test
    void imageWithoutInitIsPlainFiles() {
        assertThat(SampleFiles.layers(Optional.empty()).get(0).files())
                .extracting(SampleFile::path)
                .doesNotContain("/sbin/init")
                .contains("/etc/passwd");
    }

    private static void put(Map<String, SampleFile> files, SampleFile file) {
        files.put(file.path(), file);
    }
}
