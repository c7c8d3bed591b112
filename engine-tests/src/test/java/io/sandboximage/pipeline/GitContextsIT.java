package io.sandboximage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.git.GitRepository;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real BuildKit finds every step of a commit in its cache, wherever and in whatever state the commit is checked out. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.GIT})
class GitContextsIT {
    /** Each time that the last step really runs it makes another file, and so another image. */
    private static final String DOCKERFILE = """
        FROM scratch
        COPY busybox /bin/busybox
        COPY --from=git / /src/.git/
        COPY --from=git-tree / /src/
        ARG GIT_SHA
        RUN ["/bin/busybox", "cp", "/proc/sys/kernel/random/uuid", "/once"]
        """;

    @TempDir
    Path folder;

    @Test
    void sameCommitIsBuiltOnceThroughClonesAWorktreeAndWhateverGitNotes() throws IOException {
        Path origin = Files.createDirectory(folder.resolve("origin"));
        git(origin, "init", "--quiet", "--initial-branch=main");
        Files.copy(Engine.BUSYBOX_STATIC.path(), origin.resolve("busybox"));
        Files.writeString(origin.resolve("Dockerfile"), DOCKERFILE);
        Files.writeString(origin.resolve(".dockerignore"), ".git\n");
        commit(origin, "first");
        Path clone = folder.resolve("clone");
        git(folder, "clone", "--quiet", origin, clone);
        Path worktree = folder.resolve("worktree");
        git(origin, "worktree", "add", "--quiet", "--detach", worktree);

        try (BuildKitProcess buildKit = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
                BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(buildKit.address()))
                        .inPlace()) {
            Digest first = build(builder, origin);
            assertThat(build(builder, clone)).isEqualTo(first);
            assertThat(build(builder, worktree)).isEqualTo(first);

            git(origin, "status");
            commit(origin, "undone");
            git(origin, "reset", "--quiet", "--hard", "HEAD~1");
            git(origin, "gc", "--quiet");
            git(origin, "update-index", "--really-refresh");
            assertThat(GitRepository.at(origin).dirty()).isFalse();
            assertThat(build(builder, origin))
                    .as("index, logs and packs are others")
                    .isEqualTo(first);

            Files.writeString(clone.resolve("notes"), "not committed");
            GitRepository dirty = GitRepository.at(clone);
            assertThat(dirty.dirty()).isTrue();
            assertThat(dirty.tags()).containsExactly("sha-" + dirty.shortSha() + "-dirty");
            assertThat(build(builder, clone))
                    .as("of the commit, not of the tree")
                    .isEqualTo(first);

            commit(clone, "second");
            assertThat(build(builder, clone)).as("another commit").isNotEqualTo(first);
        }
    }

    /** With contexts that are made anew: what is kept of an earlier checkout is not what makes them equal. */
    private Digest build(BuildKitBuilder builder, Path checkout) throws IOException {
        GitRepository git = GitRepository.at(checkout);
        BuildRequest request = BuildRequest.dockerfile(checkout, "Dockerfile")
                .platform(Platform.LINUX_AMD64)
                .buildArg("GIT_SHA", git.sha())
                .contexts(git.deterministicContexts(Files.createTempDirectory(folder, "contexts")));
        try (ImageSource image = builder.build(request, ProgressTask.silent())) {
            return image.descriptor().digest();
        }
    }

    private static void commit(Path repository, String message) {
        git(repository, "add", "--all");
        git(repository, "commit", "--quiet", "--allow-empty", "--message", message);
    }

    private static void git(Path where, Object... arguments) {
        Command.of(Engine.GIT.path())
                .with("-c", "user.name=Test", "-c", "user.email=test@example.com")
                .with(arguments)
                .in(where)
                .run()
                .orFail();
    }
}
