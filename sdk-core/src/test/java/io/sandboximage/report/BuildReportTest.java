package io.sandboximage.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildReportTest {
    private static final String EVIL = "<script>alert(1)</script>\" onload='x' & \u202etxt";

    @TempDir
    Path folder;

    @Test
    void textOfOthersNeverBecomesMarkup() throws IOException {
        ProgressTask root = ProgressTask.root(report(), EVIL);
        root.warn(EVIL);
        ProgressTask step = root.child(EVIL);
        step.fact(ProgressFacts.STEP, Map.of(ProgressFacts.NAME, EVIL, ProgressFacts.KIND, EVIL));
        step.fact(ProgressFacts.DELIVERY, Map.of(ProgressFacts.BYTES_COPIED, EVIL));
        ProgressTask vertex = step.child(EVIL);
        vertex.fact(ProgressFacts.VERTEX, Map.of(ProgressFacts.DIGEST, EVIL, ProgressFacts.INPUTS, EVIL));
        vertex.info(EVIL);
        vertex.failed(new IllegalStateException(EVIL));
        step.failed(new IllegalStateException(EVIL));
        root.fact(
                ProgressFacts.LAYER,
                Map.of(ProgressFacts.CREATED_BY, EVIL, ProgressFacts.DIGEST, EVIL, ProgressFacts.SIZE_BYTES, EVIL));
        root.failed(new IllegalStateException(EVIL));

        assertThat(html())
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; \ufffdtxt")
                .doesNotContain("<script", "\u202e", "onload='", "\" onload");
    }

    @Test
    void secretsAreMasked() throws IOException {
        BuildReport report = report().hiding(List.of("hunter2", "hunter2-longer"));
        ProgressTask root = ProgressTask.root(report, "run hunter2-longer");
        ProgressTask step = root.child("push https://me:pw123@registry.example.com");
        step.warn("Authorization: Bearer abcdef123456");
        step.done("with hunter2");
        root.done();
        assertThat(html() + last()).doesNotContain("hunter2", "pw123", "abcdef123456", "-longer");
    }

    @Test
    void runThatWasInterruptedIsReported() throws IOException {
        ProgressTask root = ProgressTask.root(report(), "run");
        root.child("step").failed(new CancelledException("stopped"));
        Thread.currentThread().interrupt();
        root.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(html()).contains("Cancelled");
        assertThat(folder.resolve("report.last.json")).doesNotExist();
    }

    @Test
    void secondRunIsComparedWithTheLastOneThatSucceeded() throws IOException {
        BuildReport report = report();
        run(report, "COPY a /", false);
        assertThat(html()).doesNotContain("Compared with");
        ProgressTask broken = ProgressTask.root(report, "run");
        broken.failed(new IllegalStateException("no"));
        run(report, "COPY a /", true);
        assertThat(html())
                .contains("Compared with", "the same as in the previous run")
                .doesNotContain("is new");
        run(report(), "COPY b /", false);
        assertThat(html()).contains("the instruction is new");
    }

    @Test
    void recordOfAnotherVersionBeginsAnew() throws IOException {
        for (String other : List.of("{\"schema\":99}", "not json", "{}", "{\"schema\":1}")) {
            Files.writeString(folder.resolve("report.last.json"), other);
            run(report(), "COPY a /", false);
            assertThat(html()).doesNotContain("Compared with");
            assertThat(last()).contains("\"schema\":1,");
        }
    }

    @Test
    void recordMayLieElsewhere() {
        Path elsewhere = folder.resolve("state/last-run.json");
        run(report().comparingBy(elsewhere), "COPY a /", false);
        assertThat(elsewhere).exists();
        assertThat(folder.resolve("report.last.json")).doesNotExist();
    }

    @Test
    void pageThatCannotBeWrittenIsTold() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        BuildReport report = BuildReport.to(file.resolve("report.html"));
        ProgressTask.root(report, "run").done();
        assertThat(report.problem()).get().isInstanceOf(StorageException.class);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("incomplete"));
    }

    @Test
    void linesOfAKilledRunAreShownAsFarAsTheyCame() throws IOException {
        String lines =
                "{\"event\":\"started\",\"task\":0,\"at\":\"2026-01-01T00:00:00Z\",\"label\":\"x\",\"unit\":\"steps\"}\n"
                        + "{\"event\":\"started\",\"task\":1,\"at\":\"2026-01-01T00:00:05Z\",\"parent\":0,\"label\":\"y\",\"unit\":\"steps\"}\n"
                        + "{\"event\":\"fin";
        report().write(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        assertThat(html()).contains("Did not end", "did not end", "5.0 s");
    }

    @Test
    void linesOfNoRunAreRefused() {
        assertThatThrownBy(() -> report().write(new ByteArrayInputStream(new byte[0])))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("no run");
    }

    private BuildReport report() {
        return BuildReport.to(folder.resolve("report.html"));
    }

    private static void run(ProgressListener report, String instruction, boolean cached) {
        ProgressTask root = ProgressTask.root(report, "run");
        ProgressTask build = root.child("build");
        ProgressTask vertex = build.child("[stage-1 " + (cached ? 3 : 2) + "/3] " + instruction);
        vertex.fact(ProgressFacts.VERTEX, Map.of(ProgressFacts.DIGEST, "sha256:1", ProgressFacts.INPUTS, ""));
        if (cached) {
            vertex.cached("");
        } else {
            vertex.done();
        }
        build.done();
        root.done();
    }

    private String html() throws IOException {
        return Files.readString(folder.resolve("report.html"));
    }

    private String last() throws IOException {
        return Files.readString(folder.resolve("report.last.json"));
    }
}
