package io.sandboximage.sandbox;

import io.sandboximage.git.GitDirectories;
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

    /**
     * Finds the directories of a checkout.
     *
     * @param root the top of a clone, a worktree or a submodule
     * @throws io.sandboximage.error.InvalidRequestException if it is none
     */
    public static GitCheckout of(Path root) {
        GitDirectories found = GitDirectories.of(root);
        return new GitCheckout(found.root(), found.gitDirectory(), found.commonDirectory());
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
}
