package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuildProgressTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal = new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            err,
            StandardCharsets.UTF_8,
            Map.of());

    @Test
    void plainNumbersTheStepsAndTellsWhenItSwitches() {
        assertThat(show(ProgressMode.plain)).matches("""
                #1 \\[1/2] RUN one
                #1 \\d+\\.\\d{3} hello
                #1 \\.\\.\\.

                #2 \\[internal] load build context
                #2 transferring context: 1\\.50kB \\d+\\.\\ds done
                #2 DONE \\d+\\.\\ds

                #1 \\[1/2] RUN one
                #1 WARN: careful
                #1 ERROR: exit code: 1

                #3 \\[2/2] RUN two
                #3 CACHED

                """);
    }

    @Test
    void automaticIsPlainWhereThereIsNoTerminal() {
        assertThat(show(ProgressMode.auto)).startsWith("#1 [1/2] RUN one\n");
    }

    @Test
    void rawjsonIsOneObjectALineWithTheMembersOfBuildKit() {
        assertThat(show(ProgressMode.rawjson).lines())
                .allSatisfy(line -> assertThat(line).startsWith("{\"").endsWith("}"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"vertexes\":[{\"digest\":\"sha256:")
                        .contains("\"name\":\"[1/2] RUN one\",\"started\":\""))
                .anySatisfy(line ->
                        assertThat(line).startsWith("{\"logs\":[{\"vertex\":").contains("\"data\":\"aGVsbG8K\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"statuses\"", "\"id\":\"transferring context:\"", "\"current\":1500"))
                .anySatisfy(line -> assertThat(line).contains("\"warnings\"", "\"short\":\"Y2FyZWZ1bA==\""))
                .anySatisfy(line -> assertThat(line).contains("\"error\":\"exit code: 1\""))
                .anySatisfy(line -> assertThat(line).contains("\"cached\":true"));
    }

    private String show(ProgressMode mode) {
        try (ProgressRenderer renderer = BuildProgress.open(mode, terminal);
                ProgressTask root = ProgressTask.root(renderer, "build")) {
            ProgressTask one = root.child("[1/2] RUN one");
            one.info("hello");
            ProgressTask context = root.child("[internal] load build context");
            ProgressTask part = context.child("transferring context:", ProgressUnit.BYTES, -1);
            part.advance(1500);
            part.done();
            context.done();
            one.warn("careful");
            one.failed(new InvalidRequestException("exit code: 1"));
            root.child("[2/2] RUN two").cached("");
            root.done();
        }
        return err.toString(StandardCharsets.UTF_8);
    }
}
