package io.sandboximage.daytona;

import io.sandboximage.daytona.account.RateLimit;
import io.sandboximage.daytona.internal.Api;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Client of Daytona's API (platform v0): snapshots, registries, sandboxes, and the object storage of build contexts. Thread-safe;
 * keep it as long as there is work, and close it afterwards. Blocking calls end with
 * {@link io.sandboximage.error.CancelledException} when their thread is interrupted, and every wait has a deadline.
 *
 * <pre>{@code
 * try (DaytonaClient daytona = DaytonaClient.fromEnvironment()) {
 *     SnapshotSpec spec = SnapshotSpec.image("sandbox", "ghcr.io/acme/sandbox:1.0").resources(2, 4, 10);
 *     daytona.snapshots().ensure(spec, SnapshotWait.DEFAULT, ProgressTask.silent());
 * }
 * }</pre>
 */
public final class DaytonaClient implements AutoCloseable {
    private final Api api;
    private final Optional<String> region;
    private final Snapshots snapshots;
    private final Registries registries;
    private final Sandboxes sandboxes;
    private final ObjectStorage objectStorage;
    private final Account account;

    DaytonaClient(Api api, DaytonaClientBuilder builder) {
        this.api = api;
        this.region = builder.chosenRegion();
        this.objectStorage = new ObjectStorage(api);
        this.account = new Account(api);
        this.sandboxes = new Sandboxes(api);
        this.registries = new Registries(api);
        TransientRegistry transientRegistry = new TransientRegistry(api, builder.plainHttp());
        Recipes recipes = new Recipes(objectStorage, transientRegistry, region);
        this.snapshots = new Snapshots(api, recipes, sandboxes, builder.logGrace());
    }

    /** A client that knows nothing unless told. */
    public static DaytonaClientBuilder builder() {
        return new DaytonaClientBuilder();
    }

    /**
     * A client with what the environment and Daytona's own command line offer; see {@link DaytonaClientBuilder#environment()}.
     *
     * @throws io.sandboximage.error.AuthenticationException if there is neither key nor token
     */
    public static DaytonaClient fromEnvironment() {
        return builder().environment().build();
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    /** The registries that Daytona pulls from. */
    public Registries registries() {
        return registries;
    }

    public Sandboxes sandboxes() {
        return sandboxes;
    }

    /** Where build contexts go. */
    public ObjectStorage objectStorage() {
        return objectStorage;
    }

    /** The key and its permissions, and the organisation's limits. */
    public Account account() {
        return account;
    }

    /** Looks for everything that would make a snapshot fail, before anything is sent. */
    public Preflight preflight() {
        return new Preflight(account, snapshots);
    }

    /** The region for what says none itself; empty for the organisation's own. */
    public Optional<String> region() {
        return region;
    }

    /** The time as this client sees it. */
    Instant now() {
        return api.pace().now();
    }

    /** Rate limits by bucket, as the last answers told them; empty before the first answer. */
    public Map<String, RateLimit> rateLimits() {
        return api.rateLimits();
    }

    /** Drops idle connections. */
    @Override
    public void close() {
        api.close();
    }
}
