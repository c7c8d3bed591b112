package io.sandboximage.sandbox;

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

class GitCheckoutTest {
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
        assertThat(GitCheckout.of(folder.resolve("clone")))
                .isEqualTo(new GitCheckout(folder.resolve("clone"), git, git));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void worktreeHasItsOwnAndSharesTheCommonOne(boolean relative) throws IOException {
        Path common = Files.createDirectories(folder.resolve("clone/.git"));
        Path own = Files.createDirectories(common.resolve("worktrees/tree"));
        Files.writeString(own.resolve("commondir"), "../..\n");
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Files.writeString(tree.resolve(".git"), "gitdir: " + (relative ? tree.relativize(own) : own).toString() + "\n");
        assertThat(GitCheckout.of(tree)).isEqualTo(new GitCheckout(tree, own, common));
    }

    @Test
    void symlinksAreFollowedOnThisSide() throws IOException {
        Path git = Files.createDirectories(folder.resolve("clone/.git"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("clone"));
        assertThat(GitCheckout.of(link).gitDirectory()).isEqualTo(git);
    }

    @Test
    void anythingElseIsRefused() throws IOException {
        assertThatThrownBy(() -> GitCheckout.of(folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not the top of a git checkout");
        Files.writeString(folder.resolve(".git"), "gitdir: gone\n");
        assertThatThrownBy(() -> GitCheckout.of(folder)).isInstanceOf(InvalidRequestException.class);
        Files.writeString(folder.resolve(".git"), "something\n");
        assertThatThrownBy(() -> GitCheckout.of(folder))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("gitdir: ");
    }
}
