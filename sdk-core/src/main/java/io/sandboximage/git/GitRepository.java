package io.sandboximage.git;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A git checkout as it was when it was looked at: its commit, its branch, and whether the working tree differs from the commit.
 * Clones, worktrees and submodules alike. Nothing in the checkout is changed, not even its index. Immutable; uses the git command.
 *
 * <pre>{@code
 * GitRepository git = GitRepository.at(Path.of("."));
 * BuildRequest.dockerfile(git.directories().root(), "Dockerfile").buildArg("GIT_SHA", git.sha()).contexts(git.deterministicContexts());
 * Registry.of("ghcr.io/acme/sandbox").tags(git.tags());
 * }</pre>
 */
public final class GitRepository {
    /** Digits of a short sha: enough for people, and the same in every clone, unlike git's own choice. */
    public static final int SHORT_SHA_LENGTH = 7;

    /** The tag of images that never leave the machine. */
    public static final String LOCAL_TAG = "local";

    private static final String DIRTY_SUFFIX = "-dirty";
    private static final String SHA_PREFIX = "sha-";
    private static final List<String> MAIN_BRANCHES = List.of("main", "master");

    private static final String OID = "# branch.oid ";
    private static final String HEAD = "# branch.head ";

    private final GitDirectories directories;
    private final String sha;
    private final Optional<String> branch;
    private final boolean dirty;

    private GitRepository(GitDirectories directories, String sha, Optional<String> branch, boolean dirty) {
        this.directories = directories;
        this.sha = sha;
        this.branch = branch;
        this.dirty = dirty;
    }

    /**
     * Looks at the checkout that a path is in.
     *
     * @throws InvalidRequestException if it is in none, or there is no commit yet
     * @throws io.sandboximage.error.NotFoundException if there is no git command
     */
    public static GitRepository at(Path inside) {
        GitDirectories directories = GitDirectories.around(inside);
        String status = GitCommand.in(directories.root())
                .run(
                        "status",
                        "--porcelain=v2",
                        "--branch",
                        "-z",
                        "--untracked-files=normal",
                        "--ignore-submodules=none");
        String sha = "";
        Optional<String> branch = Optional.empty();
        boolean dirty = false;
        for (String line : status.split("\0", -1)) {
            if (line.startsWith(OID)) {
                sha = line.substring(OID.length());
            } else if (line.startsWith(HEAD)) {
                branch = Optional.of(line.substring(HEAD.length())).filter(name -> !name.equals("(detached)"));
            } else if (!line.isEmpty() && !line.startsWith("# ")) {
                dirty = true;
            }
        }
        if (!sha.matches("[0-9a-f]{40,64}")) {
            throw new InvalidRequestException("The git checkout " + directories.root() + " has no commit yet");
        }
        return new GitRepository(directories, sha, branch, dirty);
    }

    /**
     * The commit that a branch or tag of a repository points to now; nothing is fetched.
     *
     * @param repository URL or path
     * @param ref {@code main}, or in full {@code refs/heads/main}
     * @throws NotFoundException if there is no such ref
     */
    public static String remoteSha(String repository, String ref) {
        String output =
                GitCommand.in(Path.of("").toAbsolutePath()).run("ls-remote", "--", repository, ref, ref + "^{}");
        // Of an annotated tag, the line with "^{}" has the commit. Shorter names match the ends of longer ones too.
        List<String> full =
                List.of(ref + "^{}", ref, "refs/heads/" + ref, "refs/tags/" + ref + "^{}", "refs/tags/" + ref);
        return full.stream()
                .flatMap(name -> output.lines().filter(line -> line.endsWith("\t" + name)))
                .findFirst()
                .map(line -> line.substring(0, line.indexOf('\t')))
                .orElseThrow(() -> new NotFoundException("There is no ref \"" + ref + "\" in " + repository));
    }

    public GitDirectories directories() {
        return directories;
    }

    /** The commit that is checked out, in full. */
    public String sha() {
        return sha;
    }

    /** The first {@value #SHORT_SHA_LENGTH} digits of the commit. */
    public String shortSha() {
        return sha.substring(0, SHORT_SHA_LENGTH);
    }

    /** The branch that is checked out; empty where HEAD is detached, as CI has it. */
    public Optional<String> branch() {
        return branch;
    }

    /** Whether the working tree differs from the commit: changed, staged, or files that are neither tracked nor ignored. */
    public boolean dirty() {
        return dirty;
    }

    /**
     * The same with the branch that CI knows where git does not: {@code GITHUB_HEAD_REF}, {@code GITHUB_REF_NAME} of a branch, or
     * {@code CI_COMMIT_BRANCH}.
     */
    public GitRepository withBranchOf(Map<String, String> environment) {
        if (branch.isPresent()) {
            return this;
        }
        Optional<String> known = variable(environment, "GITHUB_HEAD_REF")
                .or(() -> variable(environment, "GITHUB_REF_NAME")
                        .filter(name -> "branch".equals(environment.get("GITHUB_REF_TYPE"))))
                .or(() -> variable(environment, "CI_COMMIT_BRANCH"));
        return new GitRepository(directories, sha, known, dirty);
    }

    /**
     * Tags for registries: {@code sha-<short sha>}, and on the main branch its name too. Of a dirty tree only
     * {@code sha-<short sha>-dirty}: what cannot be built again never takes the name of what can.
     */
    public List<String> tags() {
        List<String> tags = new ArrayList<>(List.of(shaTag()));
        branch.filter(name -> !dirty && MAIN_BRANCHES.contains(name)).ifPresent(tags::add);
        return List.copyOf(tags);
    }

    /** Tags for the engine of this machine: {@code local}, and the first of {@link #tags()}. */
    public List<String> localTags() {
        return List.of(LOCAL_TAG, shaTag());
    }

    /**
     * What names of snapshots are made of, for instance {@code sandbox-{shortSha}{dirty}}: {@code sha}, {@code shortSha},
     * {@code branch} ({@code detached} where there is none), {@code dirty} ({@code -dirty} or nothing) and {@code user}, who runs
     * this program. All in lower case and free of what names may not hold.
     */
    public Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("sha", sha);
        variables.put("shortSha", shortSha());
        variables.put("branch", plain(branch.orElse("detached")));
        variables.put("dirty", dirty ? DIRTY_SUFFIX : "");
        variables.put("user", plain(System.getProperty("user.name", "unknown")));
        return variables;
    }

    /** {@link #deterministicContexts(Path)} below the user's cache folder. */
    public Map<String, Path> deterministicContexts() {
        return deterministicContexts(CacheFolder.ofThisUser(System.getenv()));
    }

    /**
     * The commit as named contexts that depend on nothing but the commit: not on the clone, its index, logs, remotes or packs, so
     * that a build of the same commit finds all its steps in the cache. They are made once for each commit and kept.
     *
     * <ul>
     *   <li>{@code git}: a repository of this one commit, without history, with HEAD detached and an index; copied to
     *       {@code .git} beside the files it is a checkout without changes: {@code COPY --from=git / /src/.git/}
     *   <li>{@code git-tree}: the files of the commit, as a fresh checkout has them
     * </ul>
     *
     * <p>Changes that are not committed are in neither.
     *
     * @param cache where they are kept
     * @throws io.sandboximage.error.StorageException if it cannot be written
     */
    public Map<String, Path> deterministicContexts(Path cache) {
        return CommitContexts.of(directories.root(), sha, cache);
    }

    @Override
    public String toString() {
        return directories.root() + " at " + shortSha() + (dirty ? DIRTY_SUFFIX : "");
    }

    private String shaTag() {
        return SHA_PREFIX + shortSha() + (dirty ? DIRTY_SUFFIX : "");
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static String plain(String text) {
        String plain =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_.]+", "-").replaceAll("^[-.]+|[-.]+$", "");
        return plain.isEmpty() ? "unknown" : plain;
    }
}
