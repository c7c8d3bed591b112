package io.sandboximage.testkit.daytona;

import io.sandboximage.registry.server.RegistryServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Daytona's API (platform v0) on loopback, as the live server behaves and not as its specification says. Snapshots and sandboxes move by
 * a {@link ScriptedClock}, so hours pass in milliseconds. What is odd about the server, and reproduced here:
 * <ul>
 *   <li>making a snapshot is answered with 200 and {@code pending}, a build that was made before with {@code active} at once;
 *   <li>{@code size}, {@code entrypoint}, {@code ref} and {@code contextHashes} may be null against the specification, and the
 *       {@code imageName} of a build is empty;
 *   <li>deletion is answered with 200 and no body, the snapshot is {@code removing} for some seconds, and its name stays taken (409);
 *   <li>calls that change a snapshot take its id alone, and answer 400 to its name; names are found when they are encoded as one
 *       segment;
 *   <li>a snapshot can become {@code inactive}, {@code removing}, a state that nobody knows, or vanish while it is waited for, and stay
 *       {@code pending} for ever; an {@code errorReason} stays when the state has changed;
 *   <li>activation is refused for ten minutes after a deactivation, which is possible in every state;
 *   <li>the log of a build that failed never ends;
 *   <li>requests above 100 kB are not found (404); nulls and fractions in some places break the server (500); malformed JSON is answered
 *       without path and time;
 *   <li>limits of rates stand in headers of their own ({@code Retry-After-authenticated});
 *   <li>an update of a registry without {@code project} leaves it out of the answer;
 *   <li>its transient registry is a real registry whose accounts, one for each call, end after an hour; images that snapshots are made of
 *       must really be there, and are removed with all their tags afterwards;
 *   <li>its object storage checks signatures, times, digests and prefixes;
 *   <li>deleting a sandbox changes its name.
 * </ul>
 */
public final class DaytonaEmulator implements AutoCloseable {
    /** Where pushes go in the transient registry. */
    public static final String PROJECT = "daytona-transient";

    /** The organisation that everything belongs to. */
    public static final String ORGANIZATION = Guard.ORGANIZATION;

    private final ScriptedClock clock;
    private final RobotAccounts robots;
    private final String registry;
    private final @Nullable RegistryServer ownRegistry;
    private final EmulatorServer server;

    private DaytonaEmulator(Builder builder) {
        this.clock = builder.clock;
        this.robots = builder.robots == null ? new RobotAccounts(clock) : builder.robots;
        if (builder.registry == null) {
            this.ownRegistry =
                    RegistryServer.builder().basicAuth(robots::accepts).start();
            this.registry = ownRegistry.address();
        } else {
            this.ownRegistry = null;
            this.registry = builder.registry;
        }
        Guard guard = new Guard(builder.apiKey, builder.jwt, Set.copyOf(builder.permissions));
        this.server =
                new EmulatorServer(clock, guard, Map.copyOf(builder.limits), robots, registry, builder.timePerRequest);
    }

    public static Builder builder() {
        return new Builder();
    }

    public static DaytonaEmulator start() {
        return builder().start();
    }

    /** The base URL for clients; it ends with {@code /api}. */
    public URI url() {
        return server.apiUrl();
    }

    public ScriptedClock clock() {
        return clock;
    }

    /** The accounts of the transient registry. */
    public RobotAccounts robots() {
        return robots;
    }

    /** Host and port of the transient registry. */
    public String registry() {
        return registry;
    }

    /** What becomes of snapshots of this name; several in turn, the last one for all that follow. */
    public void fate(String snapshot, SnapshotFate fate) {
        server.snapshots().fate(snapshot, fate);
    }

    /** Lets all snapshots fail from now on that no fate was set for. */
    public void failAll(String reason) {
        server.snapshots().standard(SnapshotFate.error(reason));
    }

    /** Names of all snapshots that there are now, those that are being removed included. */
    public List<String> snapshots() {
        return server.snapshots().all().stream().map(s -> s.name).toList();
    }

    /** The state of a snapshot, by name or id; empty if there is none. */
    public Optional<String> state(String snapshot) {
        return server.snapshots().find(snapshot).map(s -> s.state);
    }

    /** Registries as the API shows them. */
    public List<Map<String, Object>> registries() {
        return server.registries().all();
    }

    /** Names of the sandboxes that there are now. */
    public List<String> sandboxes() {
        return server.sandboxes().names();
    }

    /** Lets all sandboxes fail to start. */
    public void failSandboxes(String reason) {
        server.sandboxes().failStarts(reason);
    }

    /** What commands in sandboxes do; nothing, successfully, unless set. */
    public void commands(Function<String, CommandAnswer> answers) {
        server.sandboxes().commands(answers);
    }

    /** Keys of what was put into the object storage, in order. */
    public List<String> uploads() {
        return server.objects().puts();
    }

    /** What is in the object storage, by key. */
    public Map<String, byte[]> objects() {
        return server.objects().objects();
    }

    /** Takes the object storage away, as on servers that have none. */
    public void withoutObjectStorage() {
        server.objects().configured(false);
    }

    /**
     * Answers the next requests that fit with these, one each, instead of doing their work.
     *
     * @param line regular expression over method and path below the base URL, for instance {@code POST /snapshots}
     */
    public void next(String line, ScriptedAnswer... answers) {
        server.script(Pattern.compile(line), List.of(answers));
    }

    /**
     * Lets the first requests that fit wait for each other, so that clients meet where they race.
     *
     * @param line as for {@link #next}
     * @param count how many wait
     */
    public void gather(String line, int count) {
        server.gather(Pattern.compile(line), count);
    }

    /** All requests to the API so far. */
    public List<RecordedRequest> requests() {
        return server.requests();
    }

    @Override
    public void close() {
        server.close();
        if (ownRegistry != null) {
            ownRegistry.close();
        }
    }

    /** How it is set up. Not thread-safe. */
    public static final class Builder {
        private ScriptedClock clock = ScriptedClock.start();
        private Duration timePerRequest = Duration.ZERO;
        private @Nullable RobotAccounts robots;
        private @Nullable String registry;
        private String apiKey = "dtn_test";
        private String jwt = "jwt-test";
        private final Set<String> permissions = new LinkedHashSet<>(List.of(
                "write:snapshots",
                "delete:snapshots",
                "write:registries",
                "delete:registries",
                "write:sandboxes",
                "delete:sandboxes"));
        private final Map<String, Integer> limits = new HashMap<>();

        private Builder() {}

        public Builder clock(ScriptedClock newClock) {
            clock = newClock;
            return this;
        }

        /** Lets so much time pass at each request, for clients that live in real time. */
        public Builder timePerRequest(Duration time) {
            timePerRequest = time;
            return this;
        }

        /** The API key that is good; {@code dtn_test} unless set. */
        public Builder apiKey(String key) {
            apiKey = key;
            return this;
        }

        /** The user's token that is good, for {@link #ORGANIZATION}; {@code jwt-test} unless set. */
        public Builder jwt(String token) {
            jwt = token;
            return this;
        }

        /** Takes a permission from the key. */
        public Builder without(String permission) {
            permissions.remove(permission);
            return this;
        }

        /** A limit: {@code cpu}, {@code memory}, {@code disk} (each sandbox), {@code snapshots} (all). None unless set. */
        public Builder limit(String what, int most) {
            limits.put(what, most);
            return this;
        }

        /**
         * A registry of yours as the transient one, in place of one of this process.
         *
         * @param address host and port, plain http
         * @param accounts what it takes
         */
        public Builder registry(String address, RobotAccounts accounts) {
            registry = address;
            robots = accounts;
            return this;
        }

        public DaytonaEmulator start() {
            return new DaytonaEmulator(this);
        }
    }
}
