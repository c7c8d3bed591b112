package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Context and Dockerfile by the words of the command line. A Dockerfile from standard input lies in a folder of its own meanwhile. */
final class BuildSource implements AutoCloseable {
    private static final String STANDARD_INPUT = "-";
    private static final int TAR_MAGIC_AT = 257;
    private static final String TAR_MAGIC = "ustar";

    private final DockerfileBuild build;
    private final @Nullable Path temporary;

    private BuildSource(DockerfileBuild build, @Nullable Path temporary) {
        this.build = build;
        this.temporary = temporary;
    }

    static BuildSource open(String context, Optional<String> file, InputStream in) {
        boolean fileFromInput = file.isPresent() && file.get().equals(STANDARD_INPUT);
        if (context.equals(STANDARD_INPUT)) {
            if (file.isPresent()) {
                throw new InvalidRequestException("Standard input cannot be the context beside -f " + file.get()
                        + ": a Dockerfile on standard input is the whole context");
            }
            Path folder = receive(in);
            return new BuildSource(DockerfileBuild.of(folder), folder);
        }
        DockerfileBuild build = DockerfileBuild.of(context);
        if (fileFromInput) {
            Path folder = receive(in);
            return new BuildSource(build.dockerfile(folder.resolve("Dockerfile")), folder);
        }
        if (file.isPresent() && Files.exists(Path.of(context))) {
            build.dockerfile(Path.of(file.get()));
        } else {
            file.ifPresent(build::dockerfileInContext);
        }
        return new BuildSource(build, null);
    }

    DockerfileBuild build() {
        return build;
    }

    @Override
    public void close() {
        if (temporary != null) {
            delete(temporary);
        }
    }

    private static Path receive(InputStream in) {
        try {
            byte[] text = in.readAllBytes();
            if (isArchive(text)) {
                throw new InvalidRequestException("Standard input is an archive: unpack it into a folder and give"
                        + " that; only a Dockerfile can come from standard input");
            }
            if (text.length == 0) {
                throw new InvalidRequestException("Standard input is empty: a Dockerfile was expected");
            }
            Path folder = Files.createTempDirectory("sandbox-image-dockerfile");
            try {
                Files.write(folder.resolve("Dockerfile"), text);
                return folder;
            } catch (IOException e) {
                delete(folder);
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("Could not keep the Dockerfile from standard input: " + e.getMessage(), e);
        }
    }

    private static boolean isArchive(byte[] bytes) {
        boolean gzip = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
        boolean tar = bytes.length > TAR_MAGIC_AT + TAR_MAGIC.length();
        for (int i = 0; tar && i < TAR_MAGIC.length(); i++) {
            tar = bytes[TAR_MAGIC_AT + i] == TAR_MAGIC.charAt(i);
        }
        return gzip || tar;
    }

    private static void delete(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve("Dockerfile"));
            Files.deleteIfExists(folder);
        } catch (IOException ignored) {
            // Temporary folders are the system's to clean in the end.
        }
    }
}
