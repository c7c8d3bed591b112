package io.sandboximage.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitDirectoriesTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void resolve() throws IOException {
        folder = temporary.toRealPath();
    }

    @Test
    void cloneHasOneDirectoryForBoth() throws IOException {
        Path git = Files.createDirectories(folder.resolve("clone/.git"));
        assertThat(GitDirectories.of(folder.resolve("clone")))
                .isEqualTo(new GitDirectories(folder.resolve("clone"), git, git));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void worktreeHasItsOwnAndSharesTheCommonOne(boolean relative) throws IOException {
        Path common = Files.createDirectories(folder.resolve("clone/.git"));
        Path own = Files.createDirectories(common.resolve("worktrees/tree"));
        Files.writeString(own.resolve("commondir"), "../..\n");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.writeString(tree.resolve(".git"), "gitdir: " + (relative ? tree.relativize(own) : own).toString() + "\n");
        assertThat(GitDirectories.of(tree)).isEqualTo(new GitDirectories(tree, own, common));
    }

    @Test
    void symlinksAreFollowedOnThisSide() throws IOException {
        Path git = Files.createDirectories(folder.resolve("clone/.git"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("clone"));
        assertThat(GitDirectories.of(link).gitDirectory()).isEqualTo(git);
    }

    @Test
    void anythingElseIsRefused() throws IOException {
        assertThatThrownBy(() -> GitDirectories.of(folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not the top of a git checkout");
        Files.writeString(folder.resolve(".git"), "gitdir: gone\n");
        assertThatThrownBy(() -> GitDirectories.of(folder)).isInstanceOf(InvalidRequestException.class);
        Files.writeString(folder.resolve(".git"), "something\n");
        assertThatThrownBy(() -> GitDirectories.of(folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("gitdir: ");
    }

    @Test
    void folderInsideACheckoutIsEnough() throws IOException {
        Path git = Files.createDirectories(folder.resolve("clone/.git"));
        Path deep = Files.createDirectories(folder.resolve("clone/a/b"));
        assertThat(GitDirectories.around(deep)).isEqualTo(new GitDirectories(folder.resolve("clone"), git, git));
        assertThatThrownBy(() -> GitDirectories.around(Path.of("/")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not in a git checkout");
    }
}
