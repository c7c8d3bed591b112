package io.sandboximage.buildkit;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what to do about failures that the daemon only names, and that are not the fault of a step. */
final class FailureAdvice {
    private static final Pattern NO_TARGET = Pattern.compile("target stage \"?([^\"]+?)\"? could not be found");
    private static final Pattern NO_ENTITLEMENT = Pattern.compile("granting entitlement (\\S+) is not allowed");
    private static final Pattern NO_SECRET = Pattern.compile("secret (\\S+): not found");
    private static final Pattern NO_IMAGE = Pattern.compile("failed to resolve source metadata for (\\S+): ");
    private static final Pattern SYNTAX_LINE = Pattern.compile(">>> (?:#|//)\\s*syntax\\s*=", Pattern.CASE_INSENSITIVE);
    /** Only for a hint in a message: what is a stage, the frontend alone knows. */
    private static final Pattern STAGE =
            Pattern.compile("^\\s*FROM\\s.*\\sAS\\s+(\\S+)\\s*$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private static final long MAX_DOCKERFILE_BYTES = 1024 * 1024;

    private final SolveRequest request;

    FailureAdvice(SolveRequest request) {
        this.request = request;
    }

    SandboxImageException advise(BuildFailedException failure) {
        String text = failure.remote().map(RemoteError::message).orElse("");
        Matcher target = NO_TARGET.matcher(text);
        if (target.find()) {
            return new InvalidRequestException(
                    "The Dockerfile has no stage \"" + target.group(1) + "\"" + stages() + ": " + text, failure);
        }
        Matcher entitlement = NO_ENTITLEMENT.matcher(text);
        if (entitlement.find()) {
            return new AccessDeniedException(
                    "The daemon does not let builds have " + entitlement.group(1)
                            + ": start buildkitd with --allow-insecure-entitlement " + entitlement.group(1)
                            + ", or build without it",
                    failure);
        }
        Matcher secret = NO_SECRET.matcher(text);
        if (secret.find()) {
            return with(
                    failure, "The build was not given the secret \"" + secret.group(1) + "\": give it under this id");
        }
        Matcher image = NO_IMAGE.matcher(text);
        if (image.find() && isFrontend(failure)) {
            return with(
                    failure,
                    "The daemon could not get " + image.group(1)
                            + ", the image of the Dockerfile's frontend. Remove the"
                            + " syntax line, or give the build argument BUILDKIT_SYNTAX=dockerfile.v0, to use the"
                            + " daemon's own frontend; or name an image in a registry that the daemon can reach");
        }
        return failure;
    }

    private boolean isFrontend(BuildFailedException failure) {
        boolean syntaxLine = failure.failure()
                .flatMap(BuildFailedException.Failure::source)
                .filter(source -> SYNTAX_LINE.matcher(source.excerpt()).find())
                .isPresent();
        return syntaxLine || request.options().containsKey("source");
    }

    private static BuildFailedException with(BuildFailedException failure, String advice) {
        BuildFailedException.Failure details = failure.failure().orElseThrow();
        return new BuildFailedException(
                failure.getMessage() + "\n" + advice,
                details,
                failure,
                failure.remote().orElseThrow());
    }

    private String stages() {
        Path directory = request.directories().get("dockerfile");
        String name = request.options().getOrDefault("filename", "Dockerfile");
        if (directory == null) {
            return "";
        }
        List<String> names = new ArrayList<>();
        read(directory.resolve(name)).ifPresent(text -> {
            Matcher stage = STAGE.matcher(text);
            while (stage.find()) {
                names.add(stage.group(1));
            }
        });
        return names.isEmpty() ? "" : "; its stages are " + String.join(", ", names);
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.size(file) > MAX_DOCKERFILE_BYTES ? Optional.empty() : Optional.of(Files.readString(file));
        } catch (IOException e) {
            return Optional.empty(); // It only would have made the message better.
        }
    }
}
