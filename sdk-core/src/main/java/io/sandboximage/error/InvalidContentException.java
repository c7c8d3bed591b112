package io.sandboximage.error;

import org.jspecify.annotations.Nullable;

/** The content is malformed, unsupported or hostile: a broken manifest, an unknown media type, a path that escapes. Retrying does not help; mend the image. */
public final class InvalidContentException extends SandboxImageException {
    private static final long serialVersionUID = 1L;

    public InvalidContentException(String message) {
        this(message, null, null);
    }

    public InvalidContentException(String message, @Nullable Throwable cause) {
        this(message, cause, null);
    }

    public InvalidContentException(String message, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
    }
}
