package io.sandboximage.internal.http;

import java.time.Duration;
import java.util.Optional;
import okhttp3.Request;

/**
 * One logical request.
 *
 * @param what completes the sentence "Could not …", for instance {@code "pull the manifest of ghcr.io/acme/app:1"}
 * @param repeatable whether it may be sent again after a fault in the middle
 * @param patient whether the answer may take the time of a commit
 * @param limit how long one try may take in all, its body included; none where bytes may come for as long as they do
 */
public record HttpCall(String what, Request request, boolean repeatable, boolean patient, Optional<Duration> limit) {
    public HttpCall(String what, Request request, boolean repeatable, boolean patient) {
        this(what, request, repeatable, patient, Optional.empty());
    }

    /** A request that may be repeated. */
    public static HttpCall repeatable(String what, Request request) {
        return new HttpCall(what, request, true, false);
    }
}
