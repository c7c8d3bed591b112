package io.sandboximage.daytona.snapshot;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.QuotaExceededException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything that would make a snapshot fail, found before anything is sent.
 *
 * @param problems it will fail
 * @param notes it may turn out other than meant, or could not be checked
 */
public record PreflightReport(List<Problem> problems, List<String> notes) {
    public PreflightReport {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** What a problem is about. */
    public enum Kind {
        /** Name, tag, entrypoint: the request itself. */
        REQUEST,
        PERMISSION,
        QUOTA,
        PLATFORM,
        SIZE,
        /** The files of a Dockerfile's context. */
        CONTEXT
    }

    /** One thing to mend. */
    public record Problem(Kind kind, String text) {}

    public boolean passed() {
        return problems.isEmpty();
    }

    /**
     * Does nothing if there are no problems.
     *
     * @throws AccessDeniedException if only permissions lack
     * @throws QuotaExceededException if only quotas are in the way
     * @throws InvalidRequestException otherwise; the messages list all problems
     */
    public void orThrow() {
        if (passed()) {
            return;
        }
        String text = "The snapshot would fail, so nothing was sent: "
                + problems.stream().map(Problem::text).collect(Collectors.joining("; "));
        if (all(Kind.PERMISSION)) {
            throw new AccessDeniedException(text);
        }
        if (all(Kind.QUOTA)) {
            throw new QuotaExceededException(text);
        }
        throw new InvalidRequestException(text);
    }

    private boolean all(Kind kind) {
        return problems.stream().allMatch(problem -> problem.kind() == kind);
    }
}
