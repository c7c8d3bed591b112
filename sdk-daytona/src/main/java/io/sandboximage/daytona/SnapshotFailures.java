package io.sandboximage.daytona;

import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns the reason of a failed snapshot into the exception that says what the caller can do. */
final class SnapshotFailures {
    private SnapshotFailures() {}

    /** @param logTail the last lines of the build's log, if there was a build */
    static SandboxImageException of(DaytonaSnapshot failed, List<String> logTail) {
        String reason = failed.errorReason().orElse("Daytona gives no reason");
        String text = "The snapshot \"" + failed.name() + "\" could not be made"
                + failed.image().map(image -> " from " + image).orElse("") + " (state " + failed.state() + "): "
                + reason;
        String words = reason.toLowerCase(Locale.ROOT);
        if (words.contains("exceeds maximum allowed")) {
            return new QuotaExceededException(text + ". Make the image smaller, or have the limit raised");
        }
        if (words.contains("timeout processing")) {
            return new UnavailableException(text + ". Delete the snapshot and try again");
        }
        if (failed.build().isPresent()) {
            String log = logTail.isEmpty() ? "" : "\n" + String.join("\n", logTail);
            return new BuildFailedException(
                    text + log,
                    new BuildFailedException.Failure(Optional.empty(), OptionalInt.empty(), Optional.empty(), logTail),
                    null,
                    null);
        }
        if (words.contains("manifest unknown") || words.contains("not found")) {
            return new NotFoundException(
                    text + ". Check the reference, and that Daytona has credentials for its registry if it is private");
        }
        if (words.contains("unauthorized") || words.contains("denied")) {
            return new AccessDeniedException(
                    text + ". Give Daytona credentials for the registry, for instance with registries().ensure(…)");
        }
        return new InvalidContentException(text);
    }
}
