package io.sandboximage.git;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The directories of a git checkout, without symbolic links. Of a plain clone the second and third are one; a worktree
 * (gitrepository-layout(5)) has its own git directory, and shares the common one with the clone that it came from. They are found
 * without running git.
 *
 * @param root the top of the checkout
 * @param gitDirectory HEAD and index
 * @param commonDirectory objects and refs
 */
public record GitDirectories(Path root, Path gitDirectory, Path commonDirectory) {
    private static final String DOT_GIT = ".git";
    private static final String LINK = "gitdir: ";

    /**
     * The directories of a checkout.
     *
     * @param root the top of a clone, a worktree or a submodule
     * @throws InvalidRequestException if it is none
     */
    public static GitDirectories of(Path root) {
        Path dotGit = root.resolve(DOT_GIT);
        try {
            Path top = root.toRealPath();
            Path git = Files.isDirectory(dotGit) ? dotGit.toRealPath() : linked(dotGit, top);
            Path common = git.resolve("commondir");
            return new GitDirectories(
                    top, git, Files.exists(common) ? git.resolve(line(common)).toRealPath() : git);
        } catch (NoSuchFileException e) {
            throw new InvalidRequestException(
                    root + " is not the top of a git checkout: " + e.getFile() + " does not exist", e);
        } catch (InvalidPathException e) {
            throw new InvalidRequestException(dotGit + " names no directory: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StorageException("Could not read " + dotGit + ": " + AtomicFile.reason(e), e);
        }
    }

    /**
     * The directories of the checkout that a path is in.
     *
     * @throws InvalidRequestException if it is in none
     */
    public static GitDirectories around(Path inside) {
        for (Path top = inside.toAbsolutePath().normalize(); top != null; top = top.getParent()) {
            if (Files.exists(top.resolve(DOT_GIT))) {
                return of(top);
            }
        }
        throw new InvalidRequestException(
                inside + " is not in a git checkout: neither it nor a folder above it has a " + DOT_GIT);
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
