package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.ApiSettings;
import io.sandboximage.daytona.internal.Pace;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import okhttp3.HttpUrl;

/** Settings of a {@link DaytonaClient}; what is set here wins over the environment. Not thread-safe. */
public final class DaytonaClientBuilder {
    /** The cloud's address. */
    public static final URI CLOUD = URI.create("https://app.daytona.io/api");

    private static final String DEFAULT_SOURCE = "sandbox-image-sdk";
    private static final String VERSION = "0.1.0";
    private static final Duration LOG_GRACE = Duration.ofSeconds(2);

    private Optional<URI> baseUrl = Optional.empty();
    private Optional<String> apiKey = Optional.empty();
    private Optional<String> jwt = Optional.empty();
    private Optional<String> organization = Optional.empty();
    private Optional<String> region = Optional.empty();
    private DaytonaEnvironment environment = DaytonaEnvironment.EMPTY;
    private String source = DEFAULT_SOURCE;
    private boolean allowPlainHttp;
    private Predicate<String> plainHttp = host -> false;
    private Pace pace = Pace.system();
    private Duration logGrace = LOG_GRACE;

    DaytonaClientBuilder() {}

    /** How time passes in waits; replaced in tests. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration wait) throws InterruptedException;
    }

    /**
     * Takes what is not set here from the environment: {@code DAYTONA_API_KEY}; or {@code DAYTONA_JWT_TOKEN} with
     * {@code DAYTONA_ORGANIZATION_ID}; {@code DAYTONA_API_URL} (or the older {@code DAYTONA_SERVER_URL});
     * {@code DAYTONA_TARGET} for the region. Where there is neither key nor token, from the active profile of Daytona's command
     * line: {@code config.json} in {@code DAYTONA_CONFIG_DIR} or the user's configuration directory.
     */
    public DaytonaClientBuilder environment() {
        return environment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /** Like {@link #environment()} with the variables and the home directory given. */
    public DaytonaClientBuilder environment(Map<String, String> variables, Path home) {
        environment = DaytonaEnvironment.of(variables, home);
        return this;
    }

    /** An API key, {@code dtn_…}; it is bound to one organisation. */
    public DaytonaClientBuilder apiKey(String key) {
        apiKey = Optional.of(key);
        return this;
    }

    /** A token of a logged-in user, and the organisation to act for. */
    public DaytonaClientBuilder jwt(String token, String organizationId) {
        jwt = Optional.of(token);
        organization = Optional.of(organizationId);
        return this;
    }

    /** Where the API is, with its path ({@code /api} unless it was moved); {@link #CLOUD} unless set. */
    public DaytonaClientBuilder baseUrl(URI url) {
        baseUrl = Optional.of(url);
        return this;
    }

    /** The region for what says none itself. */
    public DaytonaClientBuilder region(String id) {
        region = Optional.of(id);
        return this;
    }

    /** What calls are marked as, in {@code X-Daytona-Source}. */
    public DaytonaClientBuilder source(String name) {
        source = name;
        return this;
    }

    /** Sends the token also in clear text. On loopback that is always allowed. */
    public DaytonaClientBuilder allowPlainHttp() {
        allowPlainHttp = true;
        return this;
    }

    /** Registries of Daytona's to speak plain http with; those on loopback need no mention. */
    public DaytonaClientBuilder plainHttpRegistries(String... hosts) {
        plainHttp = Set.of(hosts)::contains;
        return this;
    }

    /** Another time than the system's, for tests. */
    public DaytonaClientBuilder time(Clock clock, Sleeper sleeper) {
        pace = new Pace(clock, sleeper::sleep);
        return this;
    }

    /** How long a build's log may go on after the build has ended: logs of failed builds never end by themselves. */
    public DaytonaClientBuilder logGrace(Duration grace) {
        logGrace = grace;
        return this;
    }

    /**
     * The client.
     *
     * @throws AuthenticationException if there is neither key nor token, or the profile's has expired
     * @throws InvalidRequestException if the address is none, or would show the token to the network
     */
    public DaytonaClient build() {
        URI address = baseUrl.or(environment::apiUrl).orElse(CLOUD);
        HttpUrl base = HttpUrl.parse(address.toString());
        if (base == null) {
            throw new InvalidRequestException("\"" + address + "\" is not an http or https URL of Daytona's API");
        }
        if (!base.isHttps() && !isLoopback(base.host()) && !allowPlainHttp) {
            throw new InvalidRequestException("The API URL " + address
                    + " would send the API key in clear text: use https, or allow it with allowPlainHttp()");
        }
        DaytonaEnvironment.Access access = access();
        return new DaytonaClient(
                new Api(new ApiSettings(base, access.token(), access.organization(), source, VERSION, pace)), this);
    }

    private DaytonaEnvironment.Access access() {
        if (apiKey.isPresent() && jwt.isPresent()) {
            throw new InvalidRequestException("Give an API key or a JWT, not both");
        }
        return apiKey.map(key -> new DaytonaEnvironment.Access(key, organization))
                .or(() -> jwt.map(token -> new DaytonaEnvironment.Access(token, organization)))
                .or(() -> environment.access(pace.now()))
                .orElseThrow(() -> new AuthenticationException("There is no access to Daytona: set DAYTONA_API_KEY, or"
                        + " DAYTONA_JWT_TOKEN and DAYTONA_ORGANIZATION_ID, or log in with Daytona's command line"));
    }

    Optional<String> chosenRegion() {
        return region.or(environment::region);
    }

    Predicate<String> plainHttp() {
        return plainHttp;
    }

    Duration logGrace() {
        return logGrace;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    }
}
