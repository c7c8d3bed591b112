package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Context and Dockerfile by the words of the command line; either may come from standard input. */
final class BuildSource implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";

    private final DockerfileBuild build;
    /** The context of a build that has none. */
    private final @Nullable Path empty;

    private BuildSource(DockerfileBuild build, @Nullable Path empty) {
        this.build = build;
        this.empty = empty;
    }

    static BuildSource open(String context, Optional<String> file, InputStream in) {
        boolean fileFromInput = file.isPresent() && file.get().equals(STANDARD_INPUT);
        if (context.equals(STANDARD_INPUT)) {
            if (fileFromInput) {
                throw new InvalidRequestException("Standard input cannot be both the context and the Dockerfile");
            }
            return fromInput(file, new BufferedInputStream(in));
        }
        DockerfileBuild build = DockerfileBuild.of(context);
        if (fileFromInput) {
            build.dockerfile(() -> in);
        } else if (file.isPresent() && Files.exists(Path.of(context))) {
            build.dockerfile(Path.of(file.get()));
        } else {
            file.ifPresent(build::dockerfileInContext);
        }
        return new BuildSource(build, null);
    }

    /** As docker does: an archive is a context, anything else a Dockerfile without one. */
    private static BuildSource fromInput(Optional<String> file, BufferedInputStream in) {
        ArchiveKind kind = ArchiveKind.of(start(in));
        if (kind == ArchiveKind.NOTHING) {
            throw new InvalidRequestException("Standard input is empty: a Dockerfile or a tar was expected");
        }
        if (kind == ArchiveKind.TAR) {
            DockerfileBuild build = DockerfileBuild.ofTar(() -> in);
            file.ifPresent(build::dockerfileInContext);
            return new BuildSource(build, null);
        }
        if (file.isPresent()) {
            throw new InvalidRequestException("Standard input is no archive, and so has no " + file.get()
                    + " in it: leave out -f for a Dockerfile on standard input");
        }
        Path folder = emptyFolder();
        return new BuildSource(DockerfileBuild.of(folder).dockerfile(() -> in), folder);
    }

    private static byte[] start(BufferedInputStream in) {
        try {
            in.mark(ArchiveKind.START_BYTES);
            byte[] start = in.readNBytes(ArchiveKind.START_BYTES);
            in.reset();
            return start;
        } catch (IOException e) {
            throw new StorageException("Could not read standard input: " + e.getMessage(), e);
        }
    }

    private static Path emptyFolder() {
        try {
            return Files.createTempDirectory("sandbox-image-context");
        } catch (IOException e) {
            throw new StorageException("Could not make a temporary folder: " + e.getMessage(), e);
        }
    }

    DockerfileBuild build() {
        return build;
    }

    @Override
    public void close() {
        if (empty != null) {
            try {
                Files.deleteIfExists(empty);
            } catch (IOException ignored) {
                // Temporary folders are the system's to clean in the end.
            }
        }
    }

    /** What a stream holds, by its first bytes. */
    private enum ArchiveKind {
        NOTHING,
        TAR,
        OTHER;

        private static final int TAR_MAGIC_AT = 257;
        private static final byte[] TAR_MAGIC = {'u', 's', 't', 'a', 'r'};
        private static final int START_BYTES = TAR_MAGIC_AT + TAR_MAGIC.length;
        private static final byte[] GZIP = {0x1f, (byte) 0x8b};
        private static final byte[] BZIP2 = {'B', 'Z', 'h'};
        private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

        static ArchiveKind of(byte[] start) {
            if (start.length == 0) {
                return NOTHING;
            }
            boolean archive = has(start, 0, GZIP)
                    || has(start, 0, BZIP2)
                    || has(start, 0, XZ)
                    || has(start, TAR_MAGIC_AT, TAR_MAGIC);
            return archive ? TAR : OTHER;
        }

        private static boolean has(byte[] start, int at, byte[] magic) {
            int end = at + magic.length;
            return start.length >= end && Arrays.equals(start, at, end, magic, 0, magic.length);
        }
    }
}
