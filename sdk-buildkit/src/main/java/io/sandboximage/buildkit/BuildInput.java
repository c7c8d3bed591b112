package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.filesync.SourceFiles;
import io.sandboximage.error.InvalidRequestException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The main context and the Dockerfile. What can be seen to be wrong here is said here, before the daemon is asked. */
final class BuildInput {
    private static final String DEFAULT_NAME = "Dockerfile";

    private final @Nullable Path directory;
    private final String address;
    private final @Nullable Supplier<InputStream> stream;
    private @Nullable Path dockerfile;
    private @Nullable Supplier<byte[]> dockerfileContent;
    private String nameInContext = DEFAULT_NAME;

    private BuildInput(@Nullable Path directory, String address, @Nullable Supplier<InputStream> stream) {
        this.directory = directory;
        this.address = address;
        this.stream = stream;
    }

    static BuildInput local(Path directory) {
        return new BuildInput(directory, "", null);
    }

    /** @param address of a git repository, a tar or a Dockerfile, that the daemon fetches */
    static BuildInput remote(String address) {
        if (!RemoteAddress.matches(address)) {
            throw new InvalidRequestException(
                    "\"" + address + "\" is no context that the daemon can fetch: write a git or an HTTP address");
        }
        return new BuildInput(null, address, null);
    }

    /** @param stream gives a tar, perhaps compressed */
    static BuildInput tar(Supplier<InputStream> stream) {
        return new BuildInput(null, "", stream);
    }

    void dockerfile(Path file) {
        dockerfile = file;
        dockerfileContent = null;
    }

    /** @param content read for each request */
    void dockerfileContent(Supplier<byte[]> content) {
        dockerfile = null;
        dockerfileContent = content;
    }

    void dockerfileInContext(String name) {
        dockerfile = null;
        dockerfileContent = null;
        nameInContext = name;
    }

    void applyTo(SolveRequest.Builder request) {
        Path file = dockerfile;
        Supplier<byte[]> content = dockerfileContent;
        if (directory == null) {
            request.option("context", stream == null ? address : request.upload(stream));
            if (RemoteAddress.isGitWithQuery(address)) {
                request.requires("moby.buildkit.frontend.gitquerystring");
            }
            if (file == null && content == null) {
                request.option("filename", nameInContext);
                return;
            }
            // Without it the frontend would look for the Dockerfile in the remote context.
            request.option("dockerfilekey", "dockerfile");
        } else {
            requireDirectory(directory, "The context");
            request.directory("context", directory);
        }
        if (content != null) {
            request.file("dockerfile", DEFAULT_NAME, content.get()).option("filename", DEFAULT_NAME);
        } else {
            serve(file == null ? Objects.requireNonNull(directory).resolve(nameInContext) : file, request);
        }
    }

    static void requireDirectory(Path path, String what) {
        if (!Files.exists(path)) {
            throw new InvalidRequestException(
                    what + " " + path + " does not exist: give the path of a directory, or a git or HTTP address");
        }
        if (!Files.isDirectory(path)) {
            throw new InvalidRequestException(what + " " + path + " is no directory");
        }
        if (!Files.isReadable(path)) {
            throw new InvalidRequestException(what + " " + path + " cannot be read: give this user access to it");
        }
    }

    private static void serve(Path dockerfile, SolveRequest.Builder request) {
        Path file = dockerfile.toAbsolutePath().normalize();
        Path parent = file.getParent();
        if (parent == null || file.getFileName() == null) {
            throw new InvalidRequestException(dockerfile + " is not a Dockerfile");
        }
        String name = file.getFileName().toString();
        if (Files.isDirectory(file)) {
            throw new InvalidRequestException("The Dockerfile " + dockerfile + " is a directory");
        }
        if (!SourceFiles.isFile(parent, name) && !isLowerCase(parent, name)) {
            throw new InvalidRequestException(
                    Files.isSymbolicLink(file)
                            ? "The Dockerfile " + dockerfile + " is a symbolic link that leads nowhere or out of "
                                    + parent + ": BuildKit follows links only inside. Name the file itself"
                            : "The Dockerfile " + dockerfile + " does not exist");
        }
        request.directory("dockerfile", parent).option("filename", name);
    }

    /** The frontend takes {@code dockerfile} too where there is no {@code Dockerfile}. */
    private static boolean isLowerCase(Path parent, String name) {
        return name.equals(DEFAULT_NAME) && SourceFiles.isFile(parent, name.toLowerCase(Locale.ROOT));
    }
}
