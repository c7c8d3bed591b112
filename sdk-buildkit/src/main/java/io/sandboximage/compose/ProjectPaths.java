package io.sandboximage.compose;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Paths in compose files: relative to the project, or to the user's home, or no paths at all. */
final class ProjectPaths {
    static final String SERVICE = "service:";
    private static final Pattern GIT = Pattern.compile("https?://.*\\.git(?:#.+)?$|(git://|github\\.com/|git@).*");

    private final Path directory;
    private final Optional<String> home;

    ProjectPaths(Path directory, Optional<String> home) {
        this.directory = directory;
        this.home = home;
    }

    /** A build context, unless it is one that the builder fetches, or another service. */
    String context(String value) {
        boolean elsewhere = value.contains("://")
                || value.startsWith(SERVICE)
                || Stream.of("github.com/", "git@").anyMatch(value::startsWith);
        return elsewhere || value.isEmpty() ? value : absolute(value);
    }

    String absolute(String value) {
        String expanded = value;
        if (value.startsWith("~") && home.isPresent()) {
            expanded = home.get() + "/" + value.substring(1);
        }
        return directory.resolve(expanded).normalize().toString();
    }

    /**
     * The Dockerfile as the builder gets it.
     *
     * @param context as {@link #context} gives it
     * @throws InvalidRequestException for contexts that compose itself does not find Dockerfiles in
     */
    String dockerfile(String context, String dockerfile) {
        if (!Files.isDirectory(Path.of(context)) && GIT.matcher(context).matches()) {
            return dockerfile;
        }
        if (context.contains("://")) {
            throw ProjectSyntax.notKnown("the context " + context);
        }
        Path file = Path.of(context).resolve(dockerfile).normalize();
        Path folder = file.getParent();
        Path name = file.getFileName();
        if (folder == null || name == null) {
            return file.toString();
        }
        try {
            return folder.toRealPath().resolve(name).toString();
        } catch (IOException e) {
            return file.toString(); // What is not there, the build will tell.
        }
    }
}
