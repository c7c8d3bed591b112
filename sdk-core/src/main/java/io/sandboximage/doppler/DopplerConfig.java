package io.sandboximage.doppler;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A config of a project in Doppler, and the right to change it. Immutable.
 *
 * @param api the API's base
 * @param token a service, personal or CLI token; never shown
 * @param project empty where the token is one of a service, which stands for a config itself
 * @param config empty in the same case
 */
public record DopplerConfig(URI api, String token, Optional<String> project, Optional<String> config) {
    /** Doppler's own API. */
    public static final URI DEFAULT_API = URI.create("https://api.doppler.com");

    private static final String SERVICE_TOKEN = "dp.st.";
    private static final String TOKEN = "dp.";

    /** @throws InvalidRequestException if the token stands for no config, and project or config are missing */
    public DopplerConfig {
        if (!token.startsWith(SERVICE_TOKEN) && (project.isEmpty() || config.isEmpty())) {
            throw new InvalidRequestException(
                    "Which Doppler config is meant? Give project and config: set DOPPLER_PROJECT and DOPPLER_CONFIG, run"
                            + " \"doppler setup\" in the project's folder, or use a service token");
        }
    }

    /** A config by name. */
    public static DopplerConfig of(String token, String project, String config) {
        return new DopplerConfig(DEFAULT_API, token, Optional.of(project), Optional.of(config));
    }

    /** The config that a service token stands for. */
    public static DopplerConfig ofServiceToken(String token) {
        return new DopplerConfig(DEFAULT_API, token, Optional.empty(), Optional.empty());
    }

    /** {@link #detect} for this process: its environment, its user, and a folder. */
    public static DopplerConfig fromEnvironment(Path folder) {
        return detect(folder, System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /**
     * Finds project, config and token as Doppler's command line does, each for itself: the variables {@code DOPPLER_PROJECT},
     * {@code DOPPLER_CONFIG} and {@code DOPPLER_TOKEN}, else what {@code doppler setup} and {@code doppler login} wrote into
     * {@code ~/.doppler/.doppler.yaml} for this folder or the nearest above it, else {@code doppler.yaml} in the folder or one above
     * it. A service token needs neither project nor config, and those of files do not count beside it.
     *
     * @throws AuthenticationException if there is no token, or only one in the system's keyring, which is not read
     * @throws InvalidRequestException if there is no project or config
     */
    public static DopplerConfig detect(Path folder, Map<String, String> environment, Path home) {
        Path here = folder.toAbsolutePath().normalize();
        DopplerFiles files = DopplerFiles.read(here, home);
        String token = variable(environment, "DOPPLER_TOKEN").or(files::token).orElseThrow(() -> noToken(here));
        if (!token.startsWith(TOKEN)) {
            throw new AuthenticationException("Doppler's token for " + here
                    + " is kept in the system's keyring, which is not read: set DOPPLER_TOKEN");
        }
        URI api = variable(environment, "DOPPLER_API_HOST")
                .or(files::api)
                .map(DopplerConfig::uri)
                .orElse(DEFAULT_API);
        boolean service = token.startsWith(SERVICE_TOKEN);
        return new DopplerConfig(
                api,
                token,
                variable(environment, "DOPPLER_PROJECT").or(() -> service ? Optional.empty() : files.project()),
                variable(environment, "DOPPLER_CONFIG").or(() -> service ? Optional.empty() : files.config()));
    }

    /** Another base, for tests. */
    public DopplerConfig withApi(URI base) {
        return new DopplerConfig(base, token, project, config);
    }

    /** For people; without the token. */
    @Override
    public String toString() {
        return project.isPresent() || config.isPresent()
                ? project.orElse("") + "/" + config.orElse("")
                : "the config of a service token";
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("Doppler's API host \"" + text + "\" is no address", e);
        }
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private static AuthenticationException noToken(Path folder) {
        return new AuthenticationException("There is no Doppler token for " + folder
                + ": set DOPPLER_TOKEN, or run \"doppler login\" and \"doppler setup\"");
    }
}
