package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.SandboxImageException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParallelCopyTest {
    private static final int LAYERS = 30;

    @TempDir
    Path folder;

    @Test
    void everythingIsCopiedWithTimesModesAndLinks() throws Exception {
        Path source = folder.resolve("source");
        for (int i = 0; i < LAYERS; i++) {
            EngineData.image(source, "app-" + i, "content " + i);
            EngineData.write(
                    source.resolve("containerd/daemon/io.containerd.content.v1.content/blobs/sha256/" + i), "");
        }
        Path layers = source.resolve("overlay2");
        Path file = layers.resolve("linked/diff/one");
        EngineData.write(file, "linked");
        Files.createLink(layers.resolve("linked/diff/two"), file);
        for (Path each : List.of(layers.resolve("linked"), layers, source.resolve("containerd/daemon"), source)) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwx--x---"));
            Files.setLastModifiedTime(each, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
        }

        Path target = folder.resolve("target");
        ParallelCopy.copy(source, target);

        assertThat(described(target)).isEqualTo(described(source));
        Path copied = target.resolve("overlay2/linked/diff");
        assertThat(Files.isSameFile(copied.resolve("one"), copied.resolve("two")))
                .isTrue();
        assertThat(Files.isSameFile(copied.resolve("one"), file)).isFalse();
    }

    @Test
    void aSourceThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> ParallelCopy.copy(folder.resolve("nothing"), folder.resolve("target")))
                .isInstanceOf(SandboxImageException.class);
    }

    private static List<String> described(Path root) throws Exception {
        List<String> all = new ArrayList<>();
        for (String name : EngineData.names(root)) {
            var attributes = Files.readAttributes(
                    root.resolve(name), "unix:mode,lastModifiedTime,uid,gid", LinkOption.NOFOLLOW_LINKS);
            all.add(name + " " + attributes);
        }
        return all;
    }
}
