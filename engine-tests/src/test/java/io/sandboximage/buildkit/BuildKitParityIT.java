package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same Dockerfiles, built without cache by this client and by BuildKit's own: the images are the same to the byte. */
@RequiresEngine({Engine.BUILDKITD, Engine.BUILDCTL, Engine.RUNC, Engine.BUSYBOX_STATIC})
class BuildKitParityIT {
    private static final Map<String, String> DOCKERFILES = new TreeMap<>(Map.ofEntries(
            Map.entry("copyAll", "FROM scratch\nCOPY . /all/\n"),
            Map.entry("copyGlob", "FROM scratch\nCOPY tree/*.txt tree/sub/?.bin /dest/\n"),
            Map.entry("copyThroughSymlink", "FROM scratch\nCOPY links/dir/a.txt links/chain /dest/\n"),
            Map.entry("copyLink", "FROM scratch AS x\nCOPY tree /x\nFROM scratch\nCOPY --link --from=x /x/sub /y\n"),
            Map.entry("chmodAndChown", "FROM scratch\nCOPY --chmod=0711 --chown=12:34 tree /t\n"),
            Map.entry("chmodSymbolic", "FROM scratch\nCOPY --chmod=u=rwX,go=rX tree /t\n"),
            Map.entry("parents", "FROM scratch\nCOPY --parents tree/./sub/*.bin odd /p/\n"),
            Map.entry("exclude", "FROM scratch\nCOPY --exclude=**/*.bin --exclude=a* tree /e\n"),
            Map.entry("addArchive", "FROM scratch\nADD archive.tar /unpacked/\n"),
            Map.entry("addArchivePacked", "FROM scratch\nADD --unpack=false archive.tar /\n"),
            Map.entry("heredocFile", "FROM scratch\nCOPY <<one <<\"two\" /h/\nA $PATH\none\nB $PATH\ntwo\n"),
            Map.entry("heredocRun", BuildContext.BUSYBOX_STAGE + "RUN <<EOF\necho a > /a\necho b > /b\nEOF\n"),
            Map.entry(
                    "argScopes",
                    "ARG V=1\nARG BASE=scratch\nFROM ${BASE}\nARG V\nARG W=w$V\nLABEL v=$V w=$W\nENV X=${W:-no}\n"),
            Map.entry(
                    "workdirAndUser",
                    "FROM scratch\nWORKDIR /a/b\nUSER 10:20\nCOPY tree .\nVOLUME /v\nEXPOSE 80/udp\n"),
            Map.entry(
                    "configuration",
                    "FROM scratch\nHEALTHCHECK --interval=5s --retries=2 CMD [\"/x\"]\nSTOPSIGNAL 9\nSHELL [\"/s\"]\n"
                            + "ONBUILD COPY . /\nENTRYPOINT [\"/e\"]\nCMD [\"c\"]\nMAINTAINER m\n"),
            Map.entry(
                    "bindMount",
                    BuildContext.BUSYBOX_STAGE + "RUN --mount=type=bind,source=tree,target=/m ls -R /m > /list\n"),
            Map.entry(
                    "tmpfsAndCacheMounts",
                    BuildContext.BUSYBOX_STAGE
                            + "RUN --mount=type=tmpfs,target=/t --mount=type=cache,target=/c echo x | tee /t/x /c/x > /x\n"),
            Map.entry(
                    "bindFromStage",
                    BuildContext.BUSYBOX_STAGE
                            + "FROM base AS other\nRUN echo o > /o\nFROM base\nRUN --mount=from=other,target=/s cp /s/o /p\n"),
            Map.entry("networkNone", BuildContext.BUSYBOX_STAGE + "RUN --network=none ls /sys/class/net > /net\n")));

    @TempDir
    static Path folder;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;
    private static BuildContext context;

    @BeforeAll
    static void start() throws IOException {
        buildkitd = BuildKitProcess.start(Files.createDirectory(folder.resolve("daemon")));
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
        context = new BuildContext(Files.createDirectory(folder.resolve("context")))
                .busybox()
                .file("tree/a.txt", "a")
                .file("tree/b.txt", "b".repeat(300_000))
                .file("tree/sub/1.bin", "1")
                .file("tree/sub/22.bin", "22")
                .file("tree/empty", "")
                .file("odd/späce ü ☃", "odd")
                .file("odd/+%41&[x]", "odd")
                .file("odd/\uFF5E", "after")
                .file("odd/\uD83D\uDE00", "later")
                .file("ignored/drop/x", "x")
                .file("ignored/keep/y", "y")
                .file("logs/a.log", "log")
                .file("logs/keep.log", "log")
                .file(".dockerignore", "# ignored\nignored\n!ignored/keep\n**/*.log\n!**/keep.log\n*.Dockerfile\n");
        Path root = context.folder();
        Files.createDirectories(root.resolve("links"));
        Files.createDirectories(root.resolve("tree/emptydir"));
        Files.createSymbolicLink(root.resolve("links/dir"), Path.of("../tree"));
        Files.createSymbolicLink(root.resolve("links/chain"), Path.of("second"));
        Files.createSymbolicLink(root.resolve("links/second"), Path.of("/tree/a.txt"));
        Files.createSymbolicLink(root.resolve("links/dangling"), Path.of("no/where"));
        Files.createLink(root.resolve("tree/hard"), root.resolve("tree/a.txt"));
        Files.setAttribute(root.resolve("tree/a.txt"), "unix:mode", 04755);
        Files.setAttribute(root.resolve("tree/sub"), "unix:mode", 01777);
        Command.of("mkfifo", root.resolve("odd/pipe")).run().orFail();
        Command.of("tar", "-cf", root.resolve("archive.tar"), "-C", root.resolve("tree"), "sub", "a.txt")
                .run()
                .orFail();
        for (Map.Entry<String, String> entry : DOCKERFILES.entrySet()) {
            context.file(entry.getKey() + ".Dockerfile", entry.getValue());
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        buildkitd.close();
    }

    static Stream<String> dockerfiles() {
        return DOCKERFILES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("dockerfiles")
    void imageIsTheSame(String name) throws IOException {
        Path metadata = folder.resolve(name + ".json");
        buildkitd
                .buildctl("build", "--frontend", "dockerfile.v0", "--no-cache")
                .with("--local", "context=" + context.folder(), "--local", "dockerfile=" + context.folder())
                .with("--opt", "filename=" + name + ".Dockerfile", "--opt", "build-arg:SOURCE_DATE_EPOCH=1000000000")
                .with("--output", "type=oci,rewrite-timestamp=true,dest=" + folder.resolve(name + ".tar"))
                .with("--metadata-file", metadata)
                .run()
                .orFail();

        SolveResult ours = client.solve(
                DockerfileBuild.of(context.folder())
                        .dockerfile(context.folder().resolve(name + ".Dockerfile"))
                        .sourceDateEpoch(Instant.ofEpochSecond(1_000_000_000))
                        .noCache()
                        .export(BuildExport.ociLayout(folder.resolve("layout"), name)
                                .attribute("rewrite-timestamp", "true"))
                        .toRequest(),
                ProgressTask.silent());

        assertThat(Files.readString(metadata))
                .contains(ours.configDigest().orElseThrow().toString())
                .contains(ours.digest().orElseThrow().toString());
    }
}
