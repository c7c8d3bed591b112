package io.sandboximage.daytona.internal.context;

import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.DigestingOutputStream;
import io.sandboximage.internal.tar.TarHeader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A context as a tar: regular files alone, sorted by name, owned by root, of 1970. So the bytes depend on names, modes and content and
 * on nothing else.
 *
 * @param hash SHA-256 of the bytes, in hex
 * @param emptyDirectories what the builder will not see
 */
public record ContextArchive(Path file, String hash, long sizeBytes, List<String> emptyDirectories) {
    /** What one request to an object storage takes. */
    private static final long MAX_BYTES = 5L * 1024 * 1024 * 1024;

    private static final int DEFAULT_MODE = 0644;
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Writes it into a file. */
    public static ContextArchive write(BuildContext context, Path file) {
        ContextFiles found = ContextFiles.find(context);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
            Written written = write(found, out);
            return new ContextArchive(file, written.hash(), written.sizeBytes(), found.emptyDirectories());
        } catch (IOException e) {
            throw new StorageException(
                    "Could not write the build context " + context.directory() + " to " + file + ": " + e.getMessage(),
                    e);
        }
    }

    /** What {@link #hash()} would be. */
    public static String hash(BuildContext context) {
        try {
            return write(ContextFiles.find(context), OutputStream.nullOutputStream())
                    .hash();
        } catch (IOException e) {
            throw new StorageException(
                    "Could not read the build context " + context.directory() + ": " + e.getMessage(), e);
        }
    }

    /** The same checks as {@link #write}, without reading the files. */
    public static List<String> emptyDirectories(BuildContext context) {
        return ContextFiles.find(context).emptyDirectories();
    }

    private record Written(String hash, long sizeBytes) {}

    private static Written write(ContextFiles found, OutputStream out) throws IOException {
        DigestingOutputStream tar = new DigestingOutputStream(out);
        for (Map.Entry<String, Path> entry : found.files().entrySet()) {
            CancelledException.throwIfInterrupted("packing the build context");
            append(entry.getKey(), entry.getValue(), tar);
            if (tar.count() > MAX_BYTES) {
                throw new InvalidRequestException("The build context is larger than " + MAX_BYTES
                        + " bytes, and the object storage takes no more at once: exclude what the build does not need");
            }
        }
        tar.write(TarHeader.end());
        tar.flush();
        return new Written(tar.digest().hex(), tar.count());
    }

    private static void append(String name, Path file, OutputStream tar) throws IOException {
        long size = Files.size(file);
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        tar.write(new TarHeader(bytes, TarHeader.TYPE_FILE, mode(file), 0, 0, size, 0, new byte[0], 0, 0).encode());
        long copied = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            int count;
            while (copied <= size && (count = in.read(buffer)) >= 0) {
                copied += count;
                if (copied <= size) {
                    tar.write(buffer, 0, count);
                }
            }
        }
        if (copied != size) {
            throw new IOException(file + " changed while it was read");
        }
        tar.write(TarHeader.padding(size));
    }

    private static int mode(Path file) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            return DEFAULT_MODE;
        }
        int mode = 0;
        // From OWNER_READ, the highest of nine bits, to OTHERS_EXECUTE, the lowest.
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            mode = mode << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return mode;
    }
}
