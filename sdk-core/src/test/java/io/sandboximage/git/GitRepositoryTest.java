package io.sandboximage.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With the real git. */
@Timeout(120)
class GitRepositoryTest {
    @TempDir
    Path temporary;

    private Path folder;
    private Path origin;

    /** Tests run on machines with a JDK alone too; only CI must have all that they use. */
    @BeforeAll
    static void needsGit() {
        boolean there = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "git")));
        assumeTrue(there || "true".equals(System.getenv("CI")), "there is no git: apt-get install git");
    }

    @BeforeEach
    void commit() throws Exception {
        folder = temporary.toRealPath();
        origin = Files.createDirectory(folder.resolve("origin"));
        git(origin, "init", "--quiet", "--initial-branch=main");
        Files.writeString(origin.resolve(".gitignore"), "ignored\n");
        Files.writeString(origin.resolve("a file"), "one\n");
        Files.createDirectories(origin.resolve("deep/er"));
        Files.writeString(origin.resolve("deep/er/run.sh"), "#!/bin/sh\n");
        assertThat(origin.resolve("deep/er/run.sh").toFile().setExecutable(true))
                .isTrue();
        Files.createSymbolicLink(origin.resolve("link"), Path.of("deep/er"));
        commitAll("first");
        Files.writeString(origin.resolve("a file"), "two\n");
        commitAll("second");
    }

    @Test
    void refsOfAnotherRepositoryAreAskedForWithoutFetching() throws Exception {
        String sha = git(origin, "rev-parse", "HEAD");
        git(origin, "branch", "feature/main", "HEAD~1");
        git(origin, "-c", "user.name=a", "-c", "user.email=a@example.com", "tag", "-a", "v1", "-m", "one");
        assertThat(GitRepository.remoteSha(origin.toString(), "main")).isEqualTo(sha);
        assertThat(GitRepository.remoteSha(origin.toString(), "refs/heads/feature/main"))
                .isEqualTo(git(origin, "rev-parse", "HEAD~1"));
        assertThat(GitRepository.remoteSha(origin.toString(), "v1")).isEqualTo(sha);
        assertThatThrownBy(() -> GitRepository.remoteSha(origin.toString(), "nothing"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("nothing");
    }

    @Test
    void factsOfACleanMainBranch() throws Exception {
        GitRepository git = GitRepository.at(origin.resolve("deep"));
        String sha = git(origin, "rev-parse", "HEAD");
        assertThat(git.sha()).isEqualTo(sha);
        assertThat(git.shortSha()).isEqualTo(sha.substring(0, 7));
        assertThat(git.branch()).contains("main");
        assertThat(git.dirty()).isFalse();
        assertThat(git.directories().root()).isEqualTo(origin);
        assertThat(git.tags()).containsExactly("sha-" + git.shortSha(), "main");
        assertThat(git.localTags()).containsExactly("local", "sha-" + git.shortSha());
        assertThat(git.variables())
                .containsEntry("sha", sha)
                .containsEntry("branch", "main")
                .containsEntry("dirty", "");
    }

    @Test
    void changedStagedAndUnknownFilesMakeItDirtyAndIgnoredOnesDoNot() throws Exception {
        Files.writeString(origin.resolve("ignored"), "build output");
        assertThat(GitRepository.at(origin).dirty()).isFalse();

        Files.writeString(origin.resolve("new"), "x");
        assertThat(GitRepository.at(origin).dirty()).isTrue();
        git(origin, "add", "new");
        assertThat(GitRepository.at(origin).dirty()).isTrue();
        commitAll("third");
        assertThat(GitRepository.at(origin).dirty()).isFalse();

        Files.writeString(origin.resolve("a file"), "three\n");
        GitRepository dirty = GitRepository.at(origin);
        assertThat(dirty.dirty()).isTrue();
        assertThat(dirty.tags()).containsExactly("sha-" + dirty.shortSha() + "-dirty");
        assertThat(dirty.localTags()).containsExactly("local", "sha-" + dirty.shortSha() + "-dirty");
        assertThat(dirty.variables()).containsEntry("dirty", "-dirty");
    }

    @Test
    void detachedHeadHasTheBranchThatCiKnows() throws Exception {
        git(origin, "checkout", "--quiet", "--detach");
        GitRepository git = GitRepository.at(origin);
        assertThat(git.branch()).isEmpty();
        assertThat(git.tags()).containsExactly("sha-" + git.shortSha());
        assertThat(git.variables()).containsEntry("branch", "detached");
        assertThat(git.withBranchOf(Map.of("GITHUB_REF_NAME", "main", "GITHUB_REF_TYPE", "branch"))
                        .tags())
                .contains("main");
        assertThat(git.withBranchOf(Map.of("GITHUB_REF_NAME", "v1", "GITHUB_REF_TYPE", "tag"))
                        .branch())
                .isEmpty();
        assertThat(git.withBranchOf(Map.of("GITHUB_HEAD_REF", "Feature/Été 1")).variables())
                .containsEntry("branch", "feature-t-1");
    }

    @Test
    void sameCommitGivesTheSameContextsInEveryCheckout() throws Exception {
        Map<String, String> expected = contexts(origin, "cache-1");

        git(origin, "status");
        git(origin, "gc", "--quiet");
        git(origin, "config", "user.email", "somebody@example.com");
        git(origin, "branch", "another");
        Files.writeString(origin.resolve("untracked"), "x");
        assertThat(contexts(origin, "cache-2")).isEqualTo(expected);

        Path clone = folder.resolve("clone");
        git(folder, "clone", "--quiet", origin.toString(), clone.toString());
        git(clone, "checkout", "--quiet", "-b", "work");
        assertThat(contexts(clone, "cache-3")).isEqualTo(expected);

        Path shallow = folder.resolve("shallow");
        git(folder, "clone", "--quiet", "--depth=1", origin.toUri().toString(), shallow.toString());
        assertThat(contexts(shallow, "cache-4")).isEqualTo(expected);

        Path worktree = folder.resolve("worktree");
        git(origin, "worktree", "add", "--quiet", "--detach", worktree.toString());
        GitRepository inWorktree = GitRepository.at(worktree);
        assertThat(inWorktree.directories().commonDirectory()).isEqualTo(origin.resolve(".git"));
        assertThat(inWorktree.directories().gitDirectory()).isEqualTo(origin.resolve(".git/worktrees/worktree"));
        assertThat(contexts(worktree, "cache-5")).isEqualTo(expected);

        Files.writeString(worktree.resolve("a file"), "three\n");
        assertThat(contexts(worktree, "cache-6"))
                .as("changes that are not committed are not in it")
                .isEqualTo(expected);

        Files.delete(origin.resolve("untracked"));
        Files.writeString(origin.resolve("a file"), "three\n");
        commitAll("third");
        assertThat(contexts(origin, "cache-1")).isNotEqualTo(expected);
    }

    @Test
    void bothContextsTogetherAreACheckoutWithoutChanges() throws Exception {
        GitRepository git = GitRepository.at(origin);
        Map<String, Path> contexts = git.deterministicContexts(folder.resolve("cache"));
        Path copy = folder.resolve("copy");
        copyTree(contexts.get("git-tree"), copy);
        copyTree(contexts.get("git"), copy.resolve(".git"));

        assertThat(git(copy, "status", "--porcelain")).isEmpty();
        assertThat(git(copy, "rev-parse", "HEAD")).isEqualTo(git.sha());
        assertThat(git(copy, "log", "--format=%s")).isEqualTo("second");
        assertThat(git(copy, "fsck", "--strict")).isEmpty();
        assertThat(Files.readString(copy.resolve("a file"))).isEqualTo("two\n");
    }

    @Test
    void contextsAreMadeOnceAndLeaveNothingElseBehind() throws Exception {
        GitRepository git = GitRepository.at(origin);
        Path cache = folder.resolve("cache");
        Files.createDirectories(cache.resolve(".incomplete-of a killed process/x"));
        Path made = git.deterministicContexts(cache).get("git");
        Object key = Files.getAttribute(made, "unix:ino");
        assertThat(git.deterministicContexts(cache)).containsEntry("git", made);
        assertThat(Files.getAttribute(made, "unix:ino")).isEqualTo(key);
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files)
                    .extracting(f -> f.getFileName().toString())
                    .containsExactlyInAnyOrder("lock", "v1-" + git.sha());
        }
    }

    @Test
    void folderWithoutCommitIsRefused() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        git(empty, "init", "--quiet");
        assertThatThrownBy(() -> GitRepository.at(empty))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no commit yet");
    }

    @Test
    void failureOfGitIsToldInItsWords() {
        assertThatThrownBy(() -> GitCommand.in(origin).run("rev-parse", "--verify", "gone"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("fatal: Needed a single revision");
    }

    @Test
    void interruptEndsGit() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> GitCommand.in(origin).run("status")).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** Every file by path: mode, time and digest of the content. */
    private Map<String, String> contexts(Path checkout, String cache) throws IOException {
        Map<String, String> facts = new TreeMap<>();
        for (Map.Entry<String, Path> context : GitRepository.at(checkout)
                .deterministicContexts(folder.resolve(cache))
                .entrySet()) {
            try (Stream<Path> files = Files.walk(context.getValue())) {
                for (Path file : files.toList()) {
                    facts.put(
                            context.getKey() + "/" + context.getValue().relativize(file),
                            PosixFilePermissions.toString(
                                            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
                                    + " " + Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                                    + " " + content(file));
                }
            }
        }
        assertThat(facts).hasSizeGreaterThan(10);
        assertThat(facts.get("git-tree/a file"))
                .contains("rw-r--r--")
                .contains(Instant.parse("2026-01-02T03:04:05Z").toString());
        return facts;
    }

    private static String content(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        return Files.isDirectory(file)
                ? ""
                : Digest.sha256(Files.readAllBytes(file)).toString();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        LinkOption.NOFOLLOW_LINKS,
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private void commitAll(String message) throws Exception {
        git(origin, "add", "--all");
        git(origin, "commit", "--quiet", "--message", message);
    }

    private static String git(Path folder, String... arguments) throws Exception {
        String[] line = Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new);
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "GIT_CONFIG_GLOBAL", "/dev/null",
                        "GIT_AUTHOR_NAME", "A",
                        "GIT_AUTHOR_EMAIL", "a@example.com",
                        "GIT_COMMITTER_NAME", "A",
                        "GIT_COMMITTER_EMAIL", "a@example.com",
                        "GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z",
                        "GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z",
                        "LC_ALL", "C"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
