package io.sandboximage.docker.internal;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;

/** Turns what an engine answers instead of a success into the exception that says what the caller can do. */
public final class EngineFailures {
    private static final String NO_SPACE = "no space left on device";

    private EngineFailures() {}

    /** @param what completes "Could not …" */
    static SandboxImageException of(HttpReply reply, String what, String engine) {
        RemoteError remote = HttpFailures.remoteError(reply);
        String reason = remote.message().isEmpty() ? "status " + reply.status() : remote.message();
        String text = sentence(what, engine, reason);
        return switch (reply.status()) {
            case 400, 405, 406, 413, 415, 501 -> new InvalidRequestException(text, null, remote);
            case 401 -> new AuthenticationException(text + ". Give other credentials", null, remote);
            case 403 -> new AccessDeniedException(text + ". Ask for the permission", null, remote);
            case 404 -> new NotFoundException(text, null, remote);
            case 409 -> new ConflictException(text, null, remote);
            default -> broken(text, remote);
        };
    }

    /** A failure that the engine told in the middle of a success, when the status had been sent already. */
    public static SandboxImageException told(String reason, String what, String engine) {
        return broken(sentence(what, engine, reason), new RemoteError(200, "", reason));
    }

    private static SandboxImageException broken(String text, RemoteError remote) {
        return text.contains(NO_SPACE)
                ? new StorageException(text + ". Free space on the engine's disk", null, remote)
                : new UnavailableException(text, null, remote);
    }

    private static String sentence(String what, String engine, String reason) {
        return "Could not " + what + ": the Docker engine at " + engine + " says: " + reason;
    }
}
