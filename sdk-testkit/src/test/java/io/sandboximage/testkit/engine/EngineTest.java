package io.sandboximage.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EngineTest {
    @TempDir
    Path root;

    private EngineSearch search;

    @BeforeEach
    void searchAnEmptyMachine() {
        search = new EngineSearch(List.of(root.resolve("bin")), root.resolve("engines"), root);
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsFoundOnAnEmptyMachine(Engine engine) {
        assertThat(engine.find(search)).isEmpty();
        assertThat(engine.howToGet()).isNotBlank();
    }

    @Test
    void aDynamicallyLinkedBusyboxDoesNotServe() throws IOException {
        Path busybox = executable("busybox", "\u007fELF…/lib64/ld-linux-x86-64.so.2");
        assertThat(Engine.BUSYBOX_STATIC.find(search)).isEmpty();

        Files.writeString(busybox, "\u007fELF…");
        assertThat(Engine.BUSYBOX_STATIC.find(search)).contains(busybox);
    }

    @Test
    void aKernelNeedsItsModules() throws IOException {
        Path kernel = write("boot/vmlinuz-6.1.0-1-cloud-amd64", "kernel");
        write("boot/vmlinuz-6.1.0-1-amd64", "no cloud kernel");
        assertThat(Engine.CLOUD_KERNEL.find(search)).isEmpty();

        Files.createDirectories(root.resolve("lib/modules/6.1.0-1-cloud-amd64"));
        assertThat(Engine.CLOUD_KERNEL.find(search)).contains(kernel);
    }

    @Test
    void theDebianRootLiesInTheEngineFolder() throws IOException {
        Path tar = write("engines/debian-root.tar", "tar");
        assertThat(Engine.DEBIAN_ROOT.find(search)).contains(tar);
    }

    private Path executable(String name, String content) throws IOException {
        Path file = write("bin/" + name, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private Path write(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }
}
