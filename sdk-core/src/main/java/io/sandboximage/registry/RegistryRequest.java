package io.sandboximage.registry;

import io.sandboximage.registry.internal.auth.Scopes;
import okhttp3.Request;

/**
 * A request before authentication.
 *
 * @param what completes "Could not …"
 * @param scopes what a token must allow for it
 * @param repeatable whether it may be sent again after a fault in the middle
 * @param patient whether the answer may take the time of a commit
 */
record RegistryRequest(String what, Request request, Scopes scopes, boolean repeatable, boolean patient) {
    static RegistryRequest repeatable(String what, Request.Builder request, Scopes scopes) {
        return new RegistryRequest(what, request.build(), scopes, true, false);
    }
}
