package io.sandboximage.credentials;

import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves to a registry who is asking. {@code toString} never shows secrets. Immutable. */
public sealed interface Credentials {

    static Credentials basic(String username, String password) {
        return new Basic(username, password);
    }

    /** A refresh token that the registry's token server exchanges for access tokens. */
    static Credentials identityToken(String token) {
        return new IdentityToken("", token);
    }

    /** An access token that the registry takes as it is. */
    static Credentials bearer(String token) {
        return new Bearer(token);
    }

    static Credentials anonymous() {
        return new Anonymous();
    }

    /** User name and password, or a personal access token in the password's place. */
    record Basic(String username, String password) implements Credentials {
        /** @throws InvalidRequestException if the user name has a colon, which basic authentication cannot carry */
        public Basic {
            if (username.indexOf(':') >= 0) {
                throw new InvalidRequestException("A user name with a colon cannot be sent by basic authentication");
            }
        }

        /** The value of an {@code Authorization} header (RFC 7617, in UTF-8). */
        public String authorization() {
            return "Basic "
                    + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Basic[username=" + username + ", password=***]";
        }
    }

    /** @param username the account that it belongs to; may be empty */
    record IdentityToken(String username, String token) implements Credentials {
        @Override
        public String toString() {
            return "IdentityToken[username=" + username + ", token=***]";
        }
    }

    /** An access token. */
    record Bearer(String token) implements Credentials {
        @Override
        public String toString() {
            return "Bearer[token=***]";
        }
    }

    /** Nobody in particular, also where another provider would know somebody. */
    record Anonymous() implements Credentials {}
}
