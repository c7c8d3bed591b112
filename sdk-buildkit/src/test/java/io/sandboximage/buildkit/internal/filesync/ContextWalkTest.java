package io.sandboximage.buildkit.internal.filesync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.buildkit.internal.proto.Stat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextWalkTest {
    @TempDir
    Path root;

    @Test
    void listsParentsFirstAndSiblingsByBytes() throws Exception {
        files("b", "a/z", "a-b", "a/b/c", "ä", "Z", "\uD83D\uDE00", "\uFF5E");

        // U+FF5E comes before U+1F600 by bytes, and after it by Java's characters.
        assertThat(walk(List.of(), List.of(), List.of()).keySet())
                .containsExactly("Z", "a", "a/b", "a/b/c", "a/z", "a-b", "b", "ä", "\uFF5E", "\uD83D\uDE00");
    }

    @Test
    void includesBringTheirParents() throws Exception {
        files("a/b/c.txt", "a/b/d.log", "a/x", "z/y");

        assertThat(walk(List.of("a/b/*.txt"), List.of(), List.of()).keySet()).containsExactly("a", "a/b", "a/b/c.txt");
        assertThat(walk(List.of("z"), List.of(), List.of()).keySet()).containsExactly("z", "z/y");
    }

    @Test
    void excludesKeepExceptionsAndTheirParents() throws Exception {
        files("out/keep/a", "out/drop", "src/b");

        assertThat(walk(List.of(), List.of("out", "!out/keep"), List.of()).keySet())
                .containsExactly("out", "out/keep", "out/keep/a", "src", "src/b");
    }

    @Test
    void followedSymlinksBringTheirTargets() throws Exception {
        files("real/file", "other/file");
        Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
        Files.createSymbolicLink(root.resolve("out"), Path.of("../../../other"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));

        assertThat(walk(List.of(), List.of(), List.of("link/file")).keySet())
                .containsExactly("link", "real", "real/file");
        assertThat(walk(List.of(), List.of(), List.of("out")).keySet()).containsExactly("other", "other/file", "out");
        assertThat(walk(List.of(), List.of(), List.of("l*", "loop/x")).keySet())
                .containsExactly("link", "loop", "real", "real/file");
        assertThat(walk(List.of(), List.of(), List.of(".")).keySet()).contains("real", "other", "link");
    }

    @Test
    void statsTellKindModeSizeAndTime() throws Exception {
        files("file", "dir/x");
        Path file = root.resolve("file");
        Files.writeString(file, "12345");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));
        Files.setAttribute(root.resolve("dir"), "unix:mode", 01777);
        Files.createSymbolicLink(root.resolve("link"), Path.of("nowhere/ü"));

        Map<String, Stat> stats = walk(List.of(), List.of(), List.of());

        assertThat(stats.get("file").getMode()).isEqualTo(0750);
        assertThat(stats.get("file").getSize()).isEqualTo(5);
        assertThat(stats.get("file").getModTime()).isEqualTo(981173106123456789L);
        assertThat(stats.get("dir").getMode()).isEqualTo(FileMode.DIRECTORY | FileMode.STICKY | 0777);
        assertThat(stats.get("dir").getSize()).isZero();
        assertThat(stats.get("link").getMode() & FileMode.SYMLINK).isNotZero();
        assertThat(stats.get("link").getLinkname().toStringUtf8()).isEqualTo("nowhere/ü");
    }

    @Test
    void secondNameOfAFileIsALinkToTheFirstThatIsSent() throws Exception {
        files("a", "sub/x");
        Files.createLink(root.resolve("b"), root.resolve("a"));
        Files.createLink(root.resolve("c"), root.resolve("a"));

        Map<String, Stat> all = walk(List.of(), List.of(), List.of());
        Map<String, Stat> withoutFirst = walk(List.of(), List.of("a"), List.of());

        assertThat(all.get("a").getLinkname().isEmpty()).isTrue();
        assertThat(all.get("c").getLinkname().toStringUtf8()).isEqualTo("a");
        // The daemon compares sizes of links too: a size of zero would make it link anew at every build.
        assertThat(all.get("c").getSize()).isEqualTo(all.get("a").getSize());
        assertThat(withoutFirst.get("b").getLinkname().isEmpty()).isTrue();
        assertThat(withoutFirst.get("c").getLinkname().toStringUtf8()).isEqualTo("b");
    }

    @Test
    void firstNameMayFollowADirectoryThatComesOnlyForItsSake() throws Exception {
        files("dir/a");
        Files.createLink(root.resolve("dir/b"), root.resolve("dir/a"));

        Map<String, Stat> stats = walk(List.of("dir/*"), List.of(), List.of());

        assertThat(stats.get("dir/b").getLinkname().toStringUtf8()).isEqualTo("dir/a");
    }

    @Test
    void namesThatAreNoUtf8KeepTheirBytes() throws Exception {
        byte[] name = {'n', (byte) 0xE4, 'x'};
        Path file = FileName.resolve(root, name);
        Files.writeString(file, "");

        assertThat(FileName.bytes(file)).isEqualTo(name);
        Map<String, Stat> stats = walk(List.of(), List.of(), List.of());
        assertThat(stats.values())
                .singleElement()
                .satisfies(stat -> assertThat(stat.getPath().toByteArray()).isEqualTo(name));
    }

    private void files(String... names) throws IOException {
        for (String name : names) {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    private Map<String, Stat> walk(List<String> includes, List<String> excludes, List<String> follow) throws Exception {
        Map<String, Stat> stats = new LinkedHashMap<>();
        ContextWalk.walk(
                root,
                new FileFilter(includes, excludes, follow),
                (path, stat) -> stats.put(stat.getPath().toString(StandardCharsets.UTF_8), stat));
        return stats;
    }
}
