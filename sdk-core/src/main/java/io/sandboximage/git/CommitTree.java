package io.sandboximage.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes the files of a commit, by git itself, so that filters and line ends are as in a checkout with the repository's attributes
 * and without this user's configuration.
 */
final class CommitTree {
    private CommitTree() {}

    static void write(Path checkout, String sha, Path folder) throws IOException {
        Path index = folder.resolveSibling("tree.index").toAbsolutePath();
        GitCommand git = GitCommand.in(checkout).with(Map.of("GIT_INDEX_FILE", index.toString()));
        git.run("-c", "core.sparseCheckout=false", "read-tree", sha);
        git.run(
                "-c",
                "core.autocrlf=false",
                "-c",
                "core.eol=lf",
                "-c",
                "core.fileMode=true",
                "-c",
                "core.symlinks=true",
                "checkout-index",
                "--all",
                "--quiet",
                "--prefix=" + folder.toAbsolutePath() + "/");
        Files.delete(index);
    }
}
