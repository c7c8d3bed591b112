package io.sandboximage.error;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The builder ran and a step of the build failed: mend the Dockerfile or what the step needs. The message holds the step, the
 * place in the Dockerfile and the last lines that the step wrote.
 */
public final class BuildFailedException extends SandboxImageException {
    private static final long serialVersionUID = 1L;
    private final transient @Nullable Failure failure;

    public BuildFailedException(
            String message, Failure failure, @Nullable Throwable cause, @Nullable RemoteError remote) {
        super(message, cause, remote);
        this.failure = failure;
    }

    /**
     * What failed.
     *
     * @param step the step as the builder names it, for instance {@code [build 2/3] RUN make}; empty if none was reached
     * @param exitCode of the step's process, if that is what failed
     * @param source where in the Dockerfile
     * @param logTail the last lines that the step wrote
     */
    public record Failure(Optional<String> step, OptionalInt exitCode, Optional<Source> source, List<String> logTail) {
        public Failure {
            logTail = List.copyOf(logTail);
        }
    }

    /**
     * Lines of a Dockerfile.
     *
     * @param file name as the builder knows it
     * @param firstLine counted from 1
     * @param lastLine inclusive
     * @param excerpt these lines and a few around them, with line numbers
     */
    public record Source(String file, int firstLine, int lastLine, String excerpt) {}

    /** What failed; empty only in a copy that was serialised. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }
}
