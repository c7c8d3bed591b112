package io.sandboximage.registry.internal.auth;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.internal.http.Redaction;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The token server that a registry names in its challenge. */
record BearerRealm(HttpUrl url, Optional<String> service) {
    /**
     * @param registryUrl an https registry may not send its clients to a realm in plain http: credentials would be read by all
     * @throws AuthenticationException if the realm is missing or must not be used
     */
    static BearerRealm of(Challenge challenge, HttpUrl registryUrl) {
        String realm = challenge
                .parameter("realm")
                .orElseThrow(() -> new AuthenticationException(
                        "The registry " + registryUrl.host() + " asks for a token but names no realm to get it from"));
        @Nullable HttpUrl url = HttpUrl.parse(realm);
        if (url == null) {
            throw new AuthenticationException(
                    "The registry " + registryUrl.host() + " names a token realm that is no http or https URL");
        }
        if (registryUrl.isHttps() && !url.isHttps()) {
            throw new AuthenticationException("The registry " + registryUrl.host()
                    + " names the plain http realm " + Redaction.url(url)
                    + "; no credentials are sent there. Its operator must make the realm https");
        }
        return new BearerRealm(url, challenge.parameter("service"));
    }
}
