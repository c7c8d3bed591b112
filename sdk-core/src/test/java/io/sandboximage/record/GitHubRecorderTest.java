package io.sandboximage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitHubRecorderTest {
    @TempDir
    Path dir;

    @Test
    void outputsAreAppended() throws IOException {
        Path file = Files.writeString(dir.resolve("output"), "before=1\n");
        GitHubRecorder.fromEnvironment(Map.of("GITHUB_OUTPUT", file.toString()))
                .output("digest", Recorders.imageDigest())
                .output("snapshot", Recorders.snapshotReference())
                .record(Results.SAMPLE);
        assertThat(file).hasContent("before=1\ndigest=" + Results.IMAGE.digest() + "\nsnapshot=root.ext4\n");
    }

    @Test
    void valueOfSeveralLinesCannotForgeAnotherOutput() throws IOException {
        Path file = dir.resolve("output");
        GitHubRecorder.fromEnvironment(Map.of("GITHUB_OUTPUT", file.toString()))
                .output("text", result -> "one\nend\nforged=1")
                .record(Results.SAMPLE);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).isEqualTo("text<<" + lines.get(4));
        assertThat(lines.get(4)).hasSizeGreaterThan(30);
        assertThat(lines.subList(1, 4)).containsExactly("one", "end", "forged=1");
    }

    @Test
    void summaryIsATable() throws IOException {
        Path file = dir.resolve("summary");
        GitHubRecorder.fromEnvironment(Map.of("GITHUB_STEP_SUMMARY", file.toString()))
                .summary()
                .record(Results.SAMPLE);
        assertThat(file)
                .content()
                .contains("| image | `oci:out:v1` | 2 blobs, 1000 B; 4 were there | 0.0 s |")
                .contains("| ext4 | `root.ext4` |");
    }

    @Test
    void namesAreCheckedAndMissingFilesAreTold() {
        GitHubRecorder recorder = GitHubRecorder.fromEnvironment(Map.of());
        assertThat(GitHubRecorder.isPresent(Map.of())).isFalse();
        assertThatThrownBy(() -> recorder.output("a b", r -> "")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> recorder.output("a", r -> "").output("a", r -> ""))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> recorder.summary().record(Results.SAMPLE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("GITHUB_STEP_SUMMARY is not set");
    }
}
