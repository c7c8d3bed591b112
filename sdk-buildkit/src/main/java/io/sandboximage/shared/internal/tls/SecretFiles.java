package io.sandboximage.shared.internal.tls;

import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only this user may read, where the file system knows such a thing. */
public final class SecretFiles {
    private SecretFiles() {}

    public static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
            restrict(folder, "rwx------");
        } catch (IOException e) {
            throw AtomicFile.failed(folder, e);
        }
    }

    /** Replaces the file at once. */
    public static void write(Path file, String text) {
        try (AtomicFile target = AtomicFile.create(file)) {
            restrict(target.temporary(), "rw-------"); // Before there is anything in it to see.
            target.stream().write(text.getBytes(StandardCharsets.UTF_8));
            target.commit();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    private static void restrict(Path file, String permissions) throws IOException {
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
    }
}
