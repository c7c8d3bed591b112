package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @Test
    void helpListsTheCommandsAndExitCodes() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("quickstart", "ext4", "inspect", "copy", "build", "130");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "ext4",
                "ext4 oci:dir",
                "ext4 push f",
                "ext4 push f oci:dir --base",
                "ext4 pull acme/disk",
                "ext4 ls",
                "ext4 cat f",
                "ext4 extract f",
                "ext4 diff f",
                "ext4 oci:dir -o f --size big",
                "ext4 oci:dir -o f --platform mips",
                "ext4 oci:dir -o f --uuid 1",
                "ext4 dir:x -o f",
                "ext4 acme/UPPER -o f",
                "copy oci:dir",
                "inspect",
                "quickstart --progress loud",
                "quickstart --verity",
                "build",
                "build --platform mips .",
                "build --progress loud .",
                "build --nonsense .",
                "pipeline",
                "pipeline .",
                "pipeline --to oci:out . --record nonsense",
                "pipeline --to oci:out --from oci:in .",
                "compose",
                "shared",
                "shared up --nonsense",
                "sandbox",
                "sandbox run",
                "sandbox exec box",
                "sandbox logs",
            })
    void wrongUsageIsOneMessageAndCode2(String line) {
        CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("sandbox-image: ").contains("--help").doesNotContain("Exception", "\tat ");
    }

    @Test
    void missingFileIsNamedAsSuchAndAsAnImage() {
        CommandRun run = CommandRun.of("inspect", "./No Such File");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("sandbox-image: There is no file ./No Such File");
    }

    @Test
    void failureIsOneMessageAndCode1() {
        CommandRun run = CommandRun.of("copy", "oci:/no/such/dir", "oci:/no/such/target", "--progress", "quiet");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).singleElement().asString().contains("/no/such/dir");
    }

    @Test
    void debugShowsWhereAnErrorCameFrom() {
        CommandRun run = CommandRun.of("inspect", "oci:/no/such/dir", "--debug");
        assertThat(run.err()).contains("\tat io.sandboximage");
    }

    @Test
    void failureWithJsonIsAnObjectToo() {
        CommandRun run = CommandRun.of("inspect", "oci:/no/such/dir", "--json", "--progress", "quiet");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("\"kind\": \"not-found\"", "\"retryable\": false", "/no/such/dir");
    }

    @Test
    void progressAsJsonGoesToStandardErrorLineByLine() {
        CommandRun run = CommandRun.of("copy", "oci:/no/such/dir", "oci:/no/such/target", "--progress", "json");
        assertThat(run.err()).startsWith("{\"event\":\"started\",\"task\":0").contains("\"outcome\":\"failed\"");
    }

    @Test
    void credentialsForAPlaceWithoutRegistryAreRefused() {
        CommandRun run = CommandRun.of("ext4", "oci:dir", "-o", "f", "--creds", "me:secret");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("takes no credentials").doesNotContain("secret");
    }
}
