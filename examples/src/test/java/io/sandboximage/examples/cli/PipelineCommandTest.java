package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineCommandTest {
    @TempDir
    Path folder;

    @BeforeEach
    void image() {
        byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
        try (ImageSource image = ImageAssembly.scratch(Platform.linuxOnThisMachine())
                .layer(LayerSpec.empty().file("/hello", content, 0644))
                .produce(ProgressTask.silent())) {
            OciLayout.sink(folder.resolve("in")).write(image, ProgressTask.silent());
        }
    }

    @Test
    void reportIsWrittenByTheRunAndFromItsEvents() throws IOException {
        Path page = folder.resolve("report.html");
        CommandRun run = CommandRun.in(
                Map.of("API_TOKEN", "sandbox.ext4"),
                "pipeline",
                "--from",
                "oci:" + folder.resolve("in"),
                "--to",
                "oci-archive:" + folder.resolve("out.tar"),
                "--ext4",
                folder.resolve("sandbox.ext4").toString(),
                "--report",
                page.toString(),
                "--state",
                folder.resolve("state").toString(),
                "--progress",
                "json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(page).content().contains("Succeeded", "oci-archive:", "***").doesNotContain("sandbox.ext4");
        assertThat(folder.resolve("state/last-run.json")).exists();

        Path events = Files.writeString(folder.resolve("events.jsonl"), run.err());
        Path again = folder.resolve("again.html");
        CommandRun report = CommandRun.of("report", events.toString(), "-o", again.toString());
        assertThat(report.code()).as(report.err()).isZero();
        assertThat(again).content().contains("Succeeded", "sandbox.ext4");
    }

    @Test
    void reportIsWrittenOfAFailureToo() {
        Path page = folder.resolve("report.html");
        CommandRun run = CommandRun.of(
                "pipeline", "--from", "oci:" + folder.resolve("none"), "--to", "oci:out", "--report", page.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(page).content().contains("What went wrong");
    }

    @Test
    void oneImageGoesToSeveralPlacesAndIsRecorded() {
        Path output = folder.resolve("github");
        CommandRun run = CommandRun.in(
                Map.of(
                        "GITHUB_OUTPUT",
                        output.toString(),
                        "GITHUB_STEP_SUMMARY",
                        folder.resolve("summary").toString()),
                arguments("--record", "env:" + folder.resolve(".env") + ":IMAGE", "--record", "github", "--json"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"outcome\": \"done\"", "\"kind\": \"ext4\"", "oci-archive:");
        assertThat(folder.resolve("sandbox.ext4")).exists();
        assertThat(folder.resolve("out.tar")).exists();
        assertThat(folder.resolve(".env")).hasContent("IMAGE=" + folder.resolve("sandbox.ext4") + "\n");
        assertThat(output).content().contains("digest=sha256:");
        assertThat(folder.resolve("summary")).content().contains("| ext4 |");

        CommandRun second = CommandRun.of(arguments());
        assertThat(second.out().lines()).anyMatch(line -> line.matches("unchanged +snapshot +ext4 .*"));
    }

    @Test
    void checksThatCannotBeMadeSayWhatIsMissing() {
        CommandRun run = CommandRun.of(arguments("--boot-test", folder + "/no-kernel,expect=login:"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).containsAnyOf("no-kernel is not there", "there is no qemu-system-x86_64. Install QEMU");
        CommandRun local = CommandRun.of(arguments("--smoke-test", "true"));
        assertThat(local.code()).isEqualTo(1);
        assertThat(local.err()).contains("--to docker-daemon:NAME");
    }

    @Test
    void planShowsTheStepsAndRunsNothing() {
        CommandRun run = CommandRun.of(arguments("--plan", "--record", "json:" + folder.resolve("x.json")));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(5);
        assertThat(run.out()).contains(" 1  image        image from oci:", " 4  snapshot     ext4 ", "(after 2, 3, 4)");
        assertThat(folder.resolve("out")).doesNotExist();
        assertThat(folder.resolve("sandbox.ext4")).doesNotExist();
    }

    @Test
    void failureTellsWhatWasDoneAllTheSame() throws Exception {
        Files.writeString(folder.resolve("file"), "in the way");
        CommandRun run = CommandRun.of(arguments("--to", "oci:" + folder.resolve("file/sub")));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err().lines())
                .anyMatch(line -> line.matches("failed +destination +oci:.*file/sub.*"))
                .anyMatch(line -> line.matches("done +snapshot +ext4 .*"));

        CommandRun permitted = CommandRun.of(arguments("--to-if-possible", "oci:" + folder.resolve("file/sub")));
        assertThat(permitted.code()).as(permitted.err()).isZero();
        assertThat(permitted.out()).contains("failed");
    }

    private String[] arguments(String... more) {
        String[] common = {
            "pipeline",
            "--from",
            "oci:" + folder.resolve("in"),
            "--to",
            "oci:" + folder.resolve("out"),
            "--to",
            "oci-archive:" + folder.resolve("out.tar"),
            "--ext4",
            folder.resolve("sandbox.ext4") + ",size=16MiB",
            "--progress",
            "quiet"
        };
        String[] all = java.util.Arrays.copyOf(common, common.length + more.length);
        System.arraycopy(more, 0, all, common.length, more.length);
        return all;
    }
}
