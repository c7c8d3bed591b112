package io.sandboximage.shared;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a {@link SharedBuildKit} is.
 *
 * @param advice what to change for it to work well, for instance in the engine's configuration; empty if nothing
 * @param clientCertificateExpiry when {@link SharedBuildKit#up} must have renewed it; empty before the first start
 */
public record SharedStatus(
        String name,
        Map<SharedService, Service> services,
        Optional<Instant> clientCertificateExpiry,
        List<String> advice) {
    public SharedStatus {
        services = Map.copyOf(services);
        advice = List.copyOf(advice);
    }

    /**
     * One of the services.
     *
     * @param running whether its container or process is there
     * @param healthy whether it answered
     * @param address where it is, {@code host:port}
     * @param version of BuildKit, or of the protocol that the registry speaks; empty if it did not answer
     * @param usedBytes that its cache or storage takes; empty if nobody could tell
     * @param problem why it is not healthy; empty if it is
     */
    public record Service(
            boolean running,
            boolean healthy,
            String address,
            String version,
            Optional<Long> usedBytes,
            String problem) {}

    /** Whether both answer. */
    public boolean healthy() {
        return services.values().stream().allMatch(Service::healthy);
    }
}
