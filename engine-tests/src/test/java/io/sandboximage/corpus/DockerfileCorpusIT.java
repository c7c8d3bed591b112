package io.sandboximage.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.TreeComparison;
import io.sandboximage.testkit.image.TreeFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Dockerfile of the corpus, built by BuildKit's own client and by this one: the same image to the byte, the same tree, or
 * the same error.
 *
 * <p>The two builds of a case share a daemon but nothing that could hide a difference: every step runs anew ({@code no-cache}), and
 * as the daemon keeps what it got of a context by the session's shared key, which is empty for buildctl and a hash of the folder
 * for this client, both send the whole context.
 */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.BUILDCTL,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.GIT,
    Engine.COMPRESSORS,
    Engine.XATTR_TOOLS
})
class DockerfileCorpusIT {
    private static final int LEAST_CASES = 40;
    private static final Instant EPOCH = Instant.ofEpochSecond(1_000_000_000);
    private static final Pattern DIGEST = Pattern.compile("\"containerimage\\.digest\": \"(sha256:[0-9a-f]{64})\"");
    /**
     * What BuildKit makes itself is of the time of the build; and with either client it now and then writes a file into a directory
     * after it set the directory's time.
     */
    private static final Set<String> TIMES_NOT_COMPARED = Set.of(".", "./all", "./all/d");

    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;
    private static CorpusServers servers;
    private static BuildOptions options;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        buildkitd = BuildKitProcess.start(
                Files.createDirectory(state.resolve("daemon")), "--allow-insecure-entitlement=security.insecure");
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
        servers = CorpusServers.start(Files.createDirectory(state.resolve("servers")));
        Path layout = state.resolve("busybox");
        options = new BuildOptions(layout, makeBusybox(layout), servers);
    }

    @AfterAll
    static void stop() {
        client.close();
        servers.close();
        buildkitd.close();
    }

    static Stream<CorpusCase> buildable() {
        return CorpusCase.all().stream().filter(test -> !test.settings().containsKey("error"));
    }

    static Stream<CorpusCase> failing() {
        return CorpusCase.all().stream().filter(test -> test.settings().containsKey("error"));
    }

    @Test
    void corpusIsLargeEnough() {
        assertThat(buildable().count()).isGreaterThanOrEqualTo(LEAST_CASES);
    }

    @ParameterizedTest
    @MethodSource("buildable")
    void resultIsTheSame(CorpusCase test) throws IOException {
        CaseFolder files = test.make(Files.createDirectory(folder.resolve("case")));
        for (CorpusCase.Comparison comparison : test.comparisons()) {
            switch (comparison) {
                case IMAGE -> compareImages(test, files);
                case TAR -> compareTars(test, files);
                case LOCAL -> compareFolders(test, files);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("failing")
    void errorIsTheSame(CorpusCase test) throws IOException {
        String error = test.setting("error").orElseThrow();
        CaseFolder files = test.make(Files.createDirectory(folder.resolve("case")));

        CommandResult theirs = theirs(test, files).run();
        assertThat(theirs.exitCode()).isNotZero();
        assertThat(theirs.errors()).contains(error);

        assertThatThrownBy(() -> solve(options.ours(test, files)))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining(test.setting("our-error").orElse(error));
    }

    private void compareImages(CorpusCase test, CaseFolder files) throws IOException {
        Path expected = folder.resolve("expected");
        Path actual = folder.resolve("actual");
        theirs(test, files)
                .with("--opt", "build-arg:SOURCE_DATE_EPOCH=" + EPOCH.getEpochSecond())
                .with("--output", "type=oci,tar=false,rewrite-timestamp=true,dest=" + expected)
                .run()
                .orFail();
        solve(options.ours(test, files)
                .sourceDateEpoch(EPOCH)
                .export(BuildExport.ociLayout(actual).attribute("rewrite-timestamp", "true")));

        assertThat(ImageFacts.of(actual)).isEqualTo(ImageFacts.of(expected));
    }

    private void compareTars(CorpusCase test, CaseFolder files) throws IOException {
        Path expected = folder.resolve("expected.tar");
        Path actual = folder.resolve("actual.tar");
        theirs(test, files).with("--output", "type=tar,dest=" + expected).run().orFail();
        solve(options.ours(test, files).export(BuildExport.tar(actual)));
        compareTrees(unpack(expected), unpack(actual));
    }

    private void compareFolders(CorpusCase test, CaseFolder files) throws IOException {
        // Made before, as the clients give a new folder different modes.
        Path expected = Files.createDirectory(folder.resolve("expected-files"));
        Path actual = Files.createDirectory(folder.resolve("actual-files"));
        theirs(test, files)
                .with("--output", "type=local,dest=" + expected)
                .run()
                .orFail();
        solve(options.ours(test, files).export(BuildExport.directory(actual)));
        compareTrees(expected, actual);
    }

    private static void compareTrees(Path expected, Path actual) {
        assertThat(TreeComparison.of(TreeFacts.of(expected), TreeFacts.of(actual))
                        .ignoringTimesOf(TIMES_NOT_COMPARED)
                        .differences())
                .isEmpty();
    }

    private static Path unpack(Path tar) throws IOException {
        Path target = Files.createDirectory(Path.of(tar + ".unpacked"));
        Command.of("tar", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-xpf", tar, "-C", target)
                .run()
                .orFail();
        return target;
    }

    private Command theirs(CorpusCase test, CaseFolder files) {
        return options.theirs(buildkitd.buildctl(), test, files, folder).with("--no-cache");
    }

    private static void solve(DockerfileBuild build) {
        client.solve(build.noCache().toRequest(), ProgressTask.silent());
    }

    private static Digest makeBusybox(Path layout) throws IOException {
        Path context = Files.createDirectory(state.resolve("busybox-context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "/bin/busybox --install /bin && mkdir -p /etc /tmp"]
                """);
        Path metadata = state.resolve("busybox.json");
        buildkitd
                .buildctl("build", "--frontend", "dockerfile.v0", "--metadata-file", metadata)
                .with("--local", "context=" + context, "--local", "dockerfile=" + context)
                .with("--output", "type=oci,tar=false,dest=" + layout)
                .run()
                .orFail();
        Matcher digest = DIGEST.matcher(Files.readString(metadata));
        assertThat(digest.find()).isTrue();
        return Digest.parse(digest.group(1));
    }
}
