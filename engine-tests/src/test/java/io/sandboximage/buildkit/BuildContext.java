package io.sandboximage.buildkit;

import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Build contexts that need no registry: base images are made of a static busybox. */
final class BuildContext {
    /** Two stages: the first is a root file system with a shell. */
    static final String BUSYBOX_STAGE = """
            FROM scratch AS base
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "/bin"]
            """;

    private final Path folder;

    BuildContext(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    BuildContext dockerfile(String text) throws IOException {
        return file("Dockerfile", text);
    }

    BuildContext file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    BuildContext busybox() throws IOException {
        Files.copy(Engine.BUSYBOX_STATIC.path(), folder.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }
}
