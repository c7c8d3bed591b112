package io.sandboximage.assemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSpecTest {
    @TempDir
    Path source;

    @BeforeEach
    void makeSource() throws IOException {
        file("app/main.py", "main", "rwxr-x---");
        file("app/lib/a.py", "a", "rw-r--r--");
        file("app/lib/a.pyc", "c", "rw-r--r--");
        file("app/lib/deep/b.py", "b", "rw-r--r--");
        file(".git/config", "git", "rw-r--r--");
        file("README", "read", "rw-rw-r--");
        Files.createSymbolicLink(source.resolve("link"), Path.of("app/../README"));
        for (String directory : new String[] {"", "app", "app/lib", "app/lib/deep", ".git"}) {
            Files.setPosixFilePermissions(source.resolve(directory), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private Path file(String path, String content, String mode) throws IOException {
        Path file = source.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static Map<String, String> listing(LayerSpec spec) throws IOException {
        try (ImageSource image = ImageAssembly.scratch(Platform.LINUX_AMD64)
                .layer(spec)
                .compression(Compression.NONE)
                .produce(ProgressTask.silent())) {
            return Layers.listing(image, 0);
        }
    }

    @Test
    void copiesADirectoryInOrder() throws IOException {
        Map<String, String> listing = listing(LayerSpec.directory(source, "/opt"));

        assertThat(listing)
                .containsExactly(
                        Map.entry("opt/", "5 755 0:0 0 0"),
                        Map.entry("opt/.git/", "5 755 0:0 0 0"),
                        Map.entry("opt/.git/config", "0 644 0:0 0 3 \"git\""),
                        Map.entry("opt/README", "0 664 0:0 0 4 \"read\""),
                        Map.entry("opt/app/", "5 755 0:0 0 0"),
                        Map.entry("opt/app/lib/", "5 755 0:0 0 0"),
                        Map.entry("opt/app/lib/a.py", "0 644 0:0 0 1 \"a\""),
                        Map.entry("opt/app/lib/a.pyc", "0 644 0:0 0 1 \"c\""),
                        Map.entry("opt/app/lib/deep/", "5 755 0:0 0 0"),
                        Map.entry("opt/app/lib/deep/b.py", "0 644 0:0 0 1 \"b\""),
                        Map.entry("opt/app/main.py", "0 750 0:0 0 4 \"main\""),
                        Map.entry("opt/link", "2 777 0:0 0 0 -> app/../README"));
    }

    @Test
    void theRootItselfIsNoEntry() throws IOException {
        assertThat(listing(LayerSpec.directory(source.resolve("app/lib/deep"), "/")))
                .containsOnlyKeys("b.py");
    }

    @Test
    void patternsChoose() throws IOException {
        assertThat(listing(LayerSpec.directory(source, "/").exclude(".git", "**/*.pyc")))
                .containsOnlyKeys(
                        "README",
                        "app/",
                        "app/lib/",
                        "app/lib/a.py",
                        "app/lib/deep/",
                        "app/lib/deep/b.py",
                        "app/main.py",
                        "link");
        assertThat(listing(LayerSpec.directory(source, "/").include("**/b.*")))
                .as("directories on the way come along")
                .containsOnlyKeys("app/", "app/lib/", "app/lib/deep/", "app/lib/deep/b.py");
        assertThat(listing(LayerSpec.directory(source, "/").include("app/lib").exclude("**/[ac].py")))
                .containsOnlyKeys("app/", "app/lib/", "app/lib/a.pyc", "app/lib/deep/", "app/lib/deep/b.py");
        assertThat(listing(LayerSpec.directory(source, "/").include("RE?DME"))).containsOnlyKeys("README");
    }

    @Test
    void modesAndOwnersCanBeChanged() throws IOException {
        Map<String, String> listing = listing(LayerSpec.directory(source, "/")
                .include("README", "app/main.py")
                .normaliseModes()
                .owner(1000, 70_000_000));

        assertThat(listing)
                .containsEntry("README", "0 644 1000:70000000 0 4 \"read\"")
                .containsEntry("app/main.py", "0 755 1000:70000000 0 4 \"main\"");
    }

    @Test
    void ownersCanBeKeptAndMapped() throws IOException {
        Path readme = source.resolve("README");
        int uid = (Integer) Files.getAttribute(readme, "unix:uid");
        int gid = (Integer) Files.getAttribute(readme, "unix:gid");

        assertThat(listing(LayerSpec.directory(source, "/").include("README").keepOwners()))
                .containsEntry("README", "0 664 " + uid + ":" + gid + " 0 4 \"read\"");
        assertThat(listing(LayerSpec.directory(source, "/")
                        .include("README")
                        .mapUser(uid, 5)
                        .mapGroup(gid + 1, 6)))
                .containsEntry("README", "0 664 5:" + gid + " 0 4 \"read\"");
    }

    @Test
    void singleEntriesOfEveryKind() throws IOException {
        Map<String, String> listing = listing(LayerSpec.empty()
                .time(Instant.parse("1969-12-31T23:59:58.9Z"))
                .file("a/file", source.resolve("README"))
                .file("a/exact", source.resolve("link"), 04711)
                .directory("/a/dir", 01777)
                .symlink("/a/symlink", "/elsewhere")
                .characterDevice("/dev/null", 1, 3, 0666)
                .blockDevice("/dev/loop7", 7, 300, 0660)
                .fifo("/a/fifo", 0600)
                .delete("/usr/share/doc")
                .clear("/etc"));

        assertThat(listing)
                .containsEntry("a/file", "0 664 0:0 -2 4 \"read\"")
                .containsEntry("a/exact", "0 4711 0:0 -2 4 \"read\"")
                .containsEntry("a/dir/", "5 1777 0:0 -2 0")
                .containsEntry("a/symlink", "2 777 0:0 -2 0 -> /elsewhere")
                .containsEntry("dev/null", "3 666 0:0 -2 0 1,3")
                .containsEntry("dev/loop7", "4 660 0:0 -2 0 7,300")
                .containsEntry("a/fifo", "6 600 0:0 -2 0")
                .containsKey("usr/share/.wh.doc")
                .containsKey("etc/.wh..wh..opq");
    }

    @Test
    void laterStepsWin() throws IOException {
        assertThat(listing(LayerSpec.directory(source, "/").include("app/lib").file("app/lib", new byte[] {'x'}, 0644)))
                .containsOnlyKeys("app/", "app/lib");
        assertThatThrownBy(() ->
                        listing(LayerSpec.empty().file("a", new byte[0], 0644).file("a/b", new byte[0], 0644)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("/a/b");
    }

    @Test
    void hardLinksAreCopiesUnlessAskedFor() throws IOException {
        Files.createLink(source.resolve("app/also"), source.resolve("README"));
        LayerSpec spec = LayerSpec.directory(source, "/").include("README", "app/also");

        assertThat(listing(spec)).containsEntry("app/also", "0 664 0:0 0 4 \"read\"");
        assertThat(listing(spec.keepHardLinks()))
                .containsEntry("README", "0 664 0:0 0 4 \"read\"")
                .containsEntry("app/also", "1 664 0:0 0 0 -> README");
    }

    @Test
    void longAndStrangeNamesSurvive() throws IOException {
        String deep = "d".repeat(90) + "/" + "e".repeat(90) + "/" + "f".repeat(200);
        file(deep, "deep", "rw-r--r--");
        Files.createSymbolicLink(source.resolve("long-link"), Path.of("x".repeat(300)));
        // Bytes that are no UTF-8, and a name that is: the JDK decodes neither in the C locale.
        Path latin = Path.of(URI.create(source.toUri() + "caf%E9"));
        Path utf8 = Path.of(URI.create(source.toUri() + "caf%C3%A9"));
        Files.writeString(latin, "1");
        Files.writeString(utf8, "2");

        Map<String, String> listing = listing(LayerSpec.directory(source, "/"));

        assertThat(listing.get(deep)).endsWith("\"deep\"");
        assertThat(listing.get("long-link")).endsWith("-> " + "x".repeat(300));
        assertThat(listing.get("caf\u00e9")).endsWith("\"1\"");
        assertThat(listing.get(new String("caf\u00e9".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)))
                .endsWith("\"2\"");
    }

    @Test
    void refusesWhatWouldEscapeOrDelete() throws IOException {
        assertThatThrownBy(() -> LayerSpec.empty().file("/a/../../b", new byte[0], 0644))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> LayerSpec.empty().directory("/", 0755)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> LayerSpec.empty().file("/.wh.x", new byte[0], 0644))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> LayerSpec.empty().directory("/x", 0100755))
                .isInstanceOf(InvalidRequestException.class);
        file("app/.wh.main.py", "", "rw-r--r--");
        assertThatThrownBy(() -> listing(LayerSpec.directory(source, "/")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(".wh.main.py");
    }

    @Test
    void missingSourcesAreErrors() {
        assertThatThrownBy(() -> listing(LayerSpec.directory(source.resolve("none"), "/")))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> listing(LayerSpec.empty().file("x", source.resolve("none"))))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> listing(LayerSpec.empty().file("x", source)))
                .isInstanceOf(InvalidRequestException.class);
    }
}
