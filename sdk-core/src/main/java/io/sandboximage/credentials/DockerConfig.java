package io.sandboximage.credentials;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * One docker {@code config.json} or containers {@code auth.json}. For a registry the first of these that knows it wins: its
 * entry in {@code credHelpers}, the store of {@code credsStore}, its entry in {@code auths}.
 */
final class DockerConfig implements CredentialProvider {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final JsonView json;
    private final String what;
    private final Map<String, String> environment;

    private DockerConfig(JsonView json, String what, Map<String, String> environment) {
        this.json = json;
        this.what = what;
        this.environment = environment;
    }

    /** @param what names the document in messages */
    static DockerConfig parse(byte[] bytes, String what, Map<String, String> environment) {
        try {
            return new DockerConfig(JsonView.parse(bytes, MAX_BYTES, what), what, environment);
        } catch (InvalidContentException e) {
            // Not chained: a parser may quote what it stumbled over, and this is a file of secrets.
            throw new InvalidRequestException("The " + what + " is not valid JSON: correct or remove it");
        }
    }

    @Override
    public Optional<Credentials> find(String registryHost) {
        String host = RegistryHosts.normalise(registryHost);
        for (Map.Entry<String, String> helper : json.stringMap("credHelpers").entrySet()) {
            if (RegistryHosts.normalise(helper.getKey()).equals(host)) {
                return helper(helper.getValue()).get(RegistryHosts.storeKey(registryHost));
            }
        }
        Optional<Credentials> stored = json.string("credsStore")
                .filter(name -> !name.isEmpty())
                .flatMap(name -> helper(name).get(RegistryHosts.storeKey(registryHost)));
        return stored.isPresent() ? stored : fromAuths(host);
    }

    private CredentialHelper helper(String name) {
        return new CredentialHelper(name, environment, CredentialHelper.TIMEOUT);
    }

    private Optional<Credentials> fromAuths(String host) {
        Optional<JsonView> auths = json.object("auths");
        if (auths.isEmpty()) {
            return Optional.empty();
        }
        for (String key : auths.get().members().keySet()) {
            if (RegistryHosts.normalise(key).equals(host)) {
                Optional<Credentials> found = auths.get().object(key).flatMap(entry -> entry(entry, key));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Credentials> entry(JsonView entry, String key) {
        Optional<String> registryToken = text(entry, "registrytoken");
        if (registryToken.isPresent()) {
            return registryToken.map(Credentials::bearer);
        }
        Optional<Credentials.Basic> basic = text(entry, "auth")
                .map(auth -> decode(auth, key))
                .or(() -> text(entry, "username")
                        .map(name -> new Credentials.Basic(
                                name, text(entry, "password").orElse(""))));
        Optional<String> identityToken = text(entry, "identitytoken");
        if (identityToken.isPresent()) {
            String username = basic.map(Credentials.Basic::username).orElse("");
            return Optional.of(new Credentials.IdentityToken(username, identityToken.get()));
        }
        return basic.map(b -> b);
    }

    private Credentials.Basic decode(String auth, String key) {
        try {
            String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                // Old versions of docker padded the password with NULs.
                return new Credentials.Basic(
                        pair.substring(0, colon), pair.substring(colon + 1).replaceFirst("\0+$", ""));
            }
        } catch (IllegalArgumentException notBase64) {
            throw malformed(key);
        }
        throw malformed(key);
    }

    private InvalidRequestException malformed(String key) {
        return new InvalidRequestException("The \"auth\" of \"" + key + "\" in the " + what
                + " is not base64 of user:password: log in again to write it anew");
    }

    private static Optional<String> text(JsonView entry, String name) {
        return entry.string(name).filter(value -> !value.isEmpty());
    }
}
