package io.sandboximage.examples.quickstart;

import io.sandboximage.error.StorageException;
import io.sandboximage.filetree.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One name that goes into the image, owned by root unless told otherwise.
 *
 * @param path absolute
 * @param permissions the low 12 mode bits
 * @param text content of a regular file; target of a symbolic link; path of the file that a hard link is another name of
 * @param contentFile a regular file of this machine with the content
 * @param hardLink whether it is a second name of the file {@code text}
 */
record SampleFile(
        String path,
        FileType type,
        int permissions,
        int uid,
        int gid,
        String text,
        Optional<Path> contentFile,
        boolean hardLink) {

    static SampleFile directory(String path) {
        return new SampleFile(path, FileType.DIRECTORY, 0755, 0, 0, "", Optional.empty(), false);
    }

    static SampleFile file(String path, String text) {
        return new SampleFile(path, FileType.REGULAR, 0644, 0, 0, text, Optional.empty(), false);
    }

    static SampleFile program(String path, Path content) {
        return new SampleFile(path, FileType.REGULAR, 0755, 0, 0, "", Optional.of(content), false);
    }

    static SampleFile link(String path, String target) {
        return new SampleFile(path, FileType.SYMLINK, 0777, 0, 0, target, Optional.empty(), false);
    }

    /** Another name of {@code file}. */
    static SampleFile hardLink(String path, SampleFile file) {
        return new SampleFile(path, file.type, file.permissions, file.uid, file.gid, file.path, file.contentFile, true);
    }

    SampleFile mode(int newPermissions) {
        return new SampleFile(path, type, newPermissions, uid, gid, text, contentFile, hardLink);
    }

    SampleFile owner(int newUid, int newGid) {
        return new SampleFile(path, type, permissions, newUid, newGid, text, contentFile, hardLink);
    }

    byte[] bytes() {
        if (contentFile.isEmpty()) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Files.readAllBytes(contentFile.get());
        } catch (IOException e) {
            throw new StorageException("Could not read " + contentFile.get() + ": " + e, e);
        }
    }
}
