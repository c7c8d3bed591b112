package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What the environment variables and the profile of Daytona's command line say. */
final class DaytonaEnvironment {
    static final DaytonaEnvironment EMPTY = new DaytonaEnvironment(Map.of(), Optional.empty());

    private static final int MAX_PROFILE_BYTES = 1 << 20;

    private final Map<String, String> variables;
    private final Optional<Path> profileFile;

    private DaytonaEnvironment(Map<String, String> variables, Optional<Path> profileFile) {
        this.variables = variables;
        this.profileFile = profileFile;
    }

    static DaytonaEnvironment of(Map<String, String> variables, Path home) {
        return new DaytonaEnvironment(variables, Optional.of(profileFile(variables, home)));
    }

    /** As whom to speak to the API. */
    record Access(String token, Optional<String> organization) {
        @Override
        public String toString() {
            return "Access[token=***, organization=" + organization + "]";
        }
    }

    Optional<String> region() {
        return variable("DAYTONA_TARGET");
    }

    Optional<URI> apiUrl() {
        Optional<String> named = variable("DAYTONA_API_URL").or(() -> variable("DAYTONA_SERVER_URL"));
        // The profile's address belongs to the profile's key: it is not for a key from a variable.
        return named.or(() -> hasVariables() ? Optional.empty() : profile().flatMap(p -> api(p, "url")))
                .map(text -> {
                    try {
                        return URI.create(text.strip());
                    } catch (IllegalArgumentException e) {
                        throw new InvalidRequestException("\"" + text + "\" is not a URL of Daytona's API", e);
                    }
                });
    }

    Optional<Access> access(Instant now) {
        Optional<Access> key = variable("DAYTONA_API_KEY").map(k -> new Access(k, variable("DAYTONA_ORGANIZATION_ID")));
        Optional<Access> token = variable("DAYTONA_JWT_TOKEN").map(t -> {
            if (variable("DAYTONA_ORGANIZATION_ID").isEmpty()) {
                throw new AuthenticationException(
                        "DAYTONA_JWT_TOKEN is set, but it needs an organisation: set DAYTONA_ORGANIZATION_ID too");
            }
            return new Access(t, variable("DAYTONA_ORGANIZATION_ID"));
        });
        return key.or(() -> token).or(() -> profile().flatMap(p -> profileAccess(p, now)));
    }

    private boolean hasVariables() {
        return variable("DAYTONA_API_KEY").isPresent()
                || variable("DAYTONA_JWT_TOKEN").isPresent();
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private Optional<Access> profileAccess(JsonView profile, Instant now) {
        Optional<String> organization = JsonLenient.text(profile, "activeOrganizationId");
        Optional<Access> key = api(profile, "key").map(k -> new Access(k, organization));
        if (key.isPresent()) {
            return key;
        }
        Optional<JsonView> token = JsonLenient.object(profile, "api").flatMap(api -> JsonLenient.object(api, "token"));
        if (token.flatMap(t -> JsonLenient.instant(t, "expiresAt"))
                .filter(end -> !end.isAfter(now))
                .isPresent()) {
            throw new AuthenticationException(
                    "The login in " + profileFile.map(Path::toString).orElse("the profile")
                            + " has expired: log in with Daytona's command line again, or set DAYTONA_API_KEY");
        }
        return token.flatMap(t -> JsonLenient.text(t, "accessToken")).map(t -> new Access(t, organization));
    }

    private static Optional<String> api(JsonView profile, String member) {
        return JsonLenient.object(profile, "api").flatMap(api -> JsonLenient.text(api, member));
    }

    /** The active profile, or the only one. */
    private Optional<JsonView> profile() {
        if (profileFile.isEmpty()) {
            return Optional.empty();
        }
        Path file = profileFile.get();
        try {
            JsonView config = JsonView.parse(Files.readAllBytes(file), MAX_PROFILE_BYTES, "profile file " + file);
            Optional<String> active = JsonLenient.text(config, "activeProfile");
            return config.objects("profiles").stream()
                    .filter(p -> active.isEmpty() || JsonLenient.text(p, "id").equals(active))
                    .findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (InvalidContentException e) {
            throw new InvalidContentException(
                    e.getMessage() + ". Log in with Daytona's command line again, or set DAYTONA_API_KEY", e);
        } catch (IOException e) {
            throw new StorageException("Could not read Daytona's profile file " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path profileFile(Map<String, String> variables, Path home) {
        String own = variables.getOrDefault("DAYTONA_CONFIG_DIR", "");
        if (!own.isBlank()) {
            return Path.of(own, "config.json");
        }
        String system = System.getProperty("os.name", "");
        String roaming = variables.getOrDefault("AppData", variables.getOrDefault("APPDATA", ""));
        String xdg = variables.getOrDefault("XDG_CONFIG_HOME", "");
        Path configuration;
        if (system.startsWith("Mac")) {
            configuration = home.resolve("Library/Application Support");
        } else if (system.startsWith("Windows") && !roaming.isBlank()) {
            configuration = Path.of(roaming);
        } else {
            configuration = xdg.isBlank() ? home.resolve(".config") : Path.of(xdg);
        }
        return configuration.resolve("daytona").resolve("config.json");
    }
}
