package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sandbox-image build} against a real buildkitd and a real registry. */
@RequiresEngine({Engine.BUILDKITD, Engine.BUILDCTL, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.DOCKER_REGISTRY})
class BuildCommandIT {
    private static final Pattern MEMBER = Pattern.compile("(?m)^ {0,2}\"((?:containerimage|image)\\.[a-z.]+)\":");
    private static final Pattern COMPACT_MEMBER = Pattern.compile("\"((?:containerimage|image)\\.[a-z.]+)\":");

    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static RegistryProcess registry;

    @TempDir
    Path folder;

    private Path context;

    @BeforeAll
    static void start() throws IOException {
        buildkitd = BuildKitProcess.start(Files.createDirectory(state.resolve("daemon")));
        registry = RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(state.resolve("registry")));
    }

    @AfterAll
    static void stop() {
        registry.close();
        buildkitd.close();
    }

    @BeforeEach
    void makeContext() throws IOException {
        context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("file.txt"), "text");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY file.txt /\n");
    }

    @Test
    void pushesUnderEveryTagAndTellsTheDigest() throws IOException {
        String name = registry.address() + "/acme/app";
        Path metadata = folder.resolve("metadata.json");
        Path id = folder.resolve("id");

        CommandLineRun run = build(
                "-t",
                name + ":1",
                "-t",
                name + ":2",
                "--push",
                "--provenance=false",
                "--json",
                "--metadata-file",
                metadata.toString(),
                "--iidfile",
                id.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"digest\": \"sha256:", "\"imageId\": \"" + Files.readString(id) + "\"");
        CommandLineRun inspected = cli("", "inspect", "--plain-http", name + ":2", "--json");
        assertThat(inspected.code()).as(inspected.err()).isZero();
        assertThat(Files.readString(metadata)).contains("containerimage.digest", name + ":1");
        assertThat(cli("", "inspect", "--plain-http", name + ":1", "--json").out())
                .isEqualTo(inspected.out().replace(name + ":2", name + ":1"));
    }

    @Test
    void metadataFileHasTheMembersThatBuildctlWrites() throws IOException {
        Path ours = folder.resolve("ours.json");
        Path theirs = folder.resolve("theirs.json");
        buildkitd
                .buildctl("build", "--frontend", "dockerfile.v0", "--metadata-file", theirs)
                .with("--local", "context=" + context, "--local", "dockerfile=" + context)
                .with("--output", "type=image,name=acme/app:1")
                .run()
                .orFail();

        CommandLineRun run = build("-o", "type=image", "-t", "acme/app:1", "--metadata-file", ours.toString());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(members(ours, COMPACT_MEMBER)).isNotEmpty().isEqualTo(members(theirs, MEMBER));
    }

    @Test
    void writesFilesIntoAFolderAndShowsPlainProgress() {
        CommandLineRun run = build("-o", folder.resolve("out").toString(), "--progress", "plain");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(folder.resolve("out/file.txt")).hasContent("text");
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .containsPattern("(?m)^#\\d+ \\[internal] load build definition from Dockerfile$")
                .containsPattern("(?m)^#\\d+ \\[1/1] COPY file.txt /$")
                .containsPattern("(?m)^#\\d+ (DONE \\d+\\.\\ds|CACHED)$");
    }

    @Test
    void dashAsOutputIsATarOnStandardOutput() {
        assertThat(build("-o", "-", "-q").out()).contains("file.txt").contains("ustar");
    }

    @Test
    void quietPrintsNothingButTheImagesId() {
        CommandLineRun run = build("-o", "type=image", "-q");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).matches("sha256:[0-9a-f]{64}\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void dockerfileComesFromStandardInputBesideAContextOrAlone() throws IOException {
        CommandLineRun beside =
                cli("FROM scratch\nCOPY file.txt /from-input\n", line(context.toString(), "-f", "-", "-o", out()));
        assertThat(beside.code()).as(beside.err()).isZero();
        assertThat(folder.resolve("out/from-input")).hasContent("text");

        CommandLineRun alone = cli("FROM scratch\nCOPY <<EOF /alone\nx\nEOF\n", line("-", "-o", out()));
        assertThat(alone.code()).as(alone.err()).isZero();
        assertThat(folder.resolve("out/alone")).hasContent("x\n");
    }

    @Test
    void contextComesFromStandardInputAsATar() throws IOException {
        Files.writeString(context.resolve("other"), "FROM scratch\nCOPY file.txt /from-tar\n");
        for (String form : List.of("-c", "-cz")) {
            byte[] tar =
                    Command.of("tar", "-C", context, form, ".").run().orFail().standardOutput();
            CommandLineRun run = cli(tar, line("-", "-f", "other", "-o", out() + form));
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(folder.resolve("out" + form + "/from-tar")).hasContent("text");
        }
    }

    @Test
    void failedStepIsShownAsDockerDoesAndEndsWithOne() throws IOException {
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY busybox /bin/sh\nRUN [\"/bin/sh\", \"-c\", \"echo why; exit 3\"]\n");

        CommandLineRun run = build("--json", "--progress", "quiet");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("------\n > [2/2] RUN [")
                .contains("why\n------\nDockerfile:3\n--------------------\n", "   3 | >>> RUN")
                .containsPattern("(?m)^sandbox-image: The build failed at Dockerfile:3 .*exit code: 3$");
        assertThat(run.out()).contains("\"kind\": \"build-failed\"", "\"exitCode\": 3", "\"line\": 3");
    }

    @Test
    void withoutOutputItSaysThatNothingIsLeft() {
        CommandLineRun run = build();
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("WARNING: No output was asked for");
    }

    @Test
    void mistakesAreToldBeforeAnythingIsBuilt() {
        assertThat(build("--call", "outline").err()).contains("--call outline");
        assertThat(build("--push").err()).contains("A tag is needed");
        assertThat(build("--iidfile", folder.resolve("id").toString()).code()).isEqualTo(1);
        assertThat(cli("", "build", "--builder", "nobody", context.toString()).err())
                .contains("nobody");
        assertThat(cli("", line("-", "-o", out())).err()).contains("Standard input is empty");
        assertThat(cli("FROM scratch", line("-", "-f", "other")).err()).contains("no archive");
        assertThat(cli("FROM scratch", line("-", "-f", "-")).err()).contains("both the context and the Dockerfile");
    }

    private String out() {
        return folder.resolve("out").toString();
    }

    private CommandLineRun build(String... flags) {
        return cli("", line(context.toString(), flags));
    }

    private static String[] line(String place, String... flags) {
        List<String> line = new ArrayList<>(List.of("build", "--builder", buildkitd.address()));
        line.addAll(List.of(flags));
        line.add(place);
        return line.toArray(new String[0]);
    }

    private static CommandLineRun cli(String input, String... line) {
        return cli(input.getBytes(StandardCharsets.UTF_8), line);
    }

    private static CommandLineRun cli(byte[] input, String... line) {
        return CommandLineRun.of(input, Map.of(), line);
    }

    private static TreeSet<String> members(Path file, Pattern pattern) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(Files.readString(file));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
