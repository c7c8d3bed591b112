package io.sandboximage.sandbox;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A git checkout as a sandbox sees it: three directories, mounted read-only where the programs that sync from there expect them. Of
 * a plain clone the second and third are one; a worktree (gitrepository-layout(5)) has its own git directory, and shares the
 * common one with the clone that it came from.
 *
 * @param root the top of the checkout
 * @param gitDirectory HEAD and index
 * @param commonDirectory objects and refs
 */
public record GitCheckout(Path root, Path gitDirectory, Path commonDirectory) {
    /** Where the checkout is mounted. */
    public static final String ROOT_IN_SANDBOX = "/host/repo-checkout";
    /** Where its git directory is mounted. */
    public static final String GIT_DIRECTORY_IN_SANDBOX = "/host/gitdir";
    /** Where the common directory is mounted. */
    public static final String COMMON_DIRECTORY_IN_SANDBOX = "/host/commondir";

    private static final String LINK = "gitdir: ";

    /**
     * Finds the directories of a checkout.
     *
     * @param root the top of a clone, a worktree or a submodule
     * @throws InvalidRequestException if it is none
     */
    public static GitCheckout of(Path root) {
        Path dotGit = root.resolve(".git");
        try {
            Path top = root.toRealPath();
            Path git = Files.isDirectory(dotGit) ? dotGit.toRealPath() : linked(dotGit, top);
            Path common = git.resolve("commondir");
            return new GitCheckout(
                    top, git, Files.exists(common) ? git.resolve(line(common)).toRealPath() : git);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new InvalidRequestException(
                    root + " is not the top of a git checkout: " + e.getFile() + " does not exist", e);
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(dotGit + " names no directory: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StorageException("Could not read " + dotGit + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Lets git in the sandbox work on the checkout, which it could not find otherwise: give it to the programs that call git. */
    public Map<String, String> gitEnvironment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("GIT_DIR", GIT_DIRECTORY_IN_SANDBOX);
        variables.put("GIT_COMMON_DIR", COMMON_DIRECTORY_IN_SANDBOX);
        variables.put("GIT_WORK_TREE", ROOT_IN_SANDBOX);
        // Nothing can be written there, not even what a status would refresh.
        variables.put("GIT_OPTIONAL_LOCKS", "0");
        return variables;
    }

    /** What tells the sandbox where all this is on the machine outside. */
    Map<String, String> hostEnvironment() {
        return Map.of(
                "DOCKER_HOST_SYNC_ENABLED", "true",
                "DOCKER_HOST_GIT_REPO_ROOT", root.toString(),
                "DOCKER_HOST_GIT_DIR", gitDirectory.toString(),
                "DOCKER_HOST_GIT_COMMON_DIR", commonDirectory.toString());
    }

    private static Path linked(Path dotGit, Path root) throws IOException {
        String text = line(dotGit);
        if (!text.startsWith(LINK)) {
            throw new InvalidRequestException(dotGit + " does not begin with \"" + LINK + "\"");
        }
        return root.resolve(text.substring(LINK.length())).toRealPath();
    }

    private static String line(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }
}
