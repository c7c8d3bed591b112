package io.sandboximage.shared;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.CacheRecord;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Asks services whether they work. */
record ServiceHealth(SharedSettings settings, ServiceHost host, BuildKitAddress buildKit) {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final int UNAUTHORIZED = 401;

    /**
     * A sign of life, beyond that something listens.
     *
     * @return the version
     * @throws io.sandboximage.error.SandboxImageException if it gives none
     */
    String check(SharedService service) {
        return service == SharedService.BUILDKIT ? checkBuildKit() : checkRegistry();
    }

    /** What its data takes; slow, since it counts. */
    Optional<Long> usedBytes(SharedService service) {
        if (service == SharedService.REGISTRY) {
            return host.registryBytes();
        }
        try (BuildKitClient client = BuildKitClient.connect(buildKit)) {
            return Optional.of(client.cache().usage().stream()
                    .mapToLong(CacheRecord::sizeBytes)
                    .sum());
        }
    }

    private String checkBuildKit() {
        try (BuildKitClient client = BuildKitClient.connect(buildKit, ANSWER_LIMIT)) {
            if (client.workers().isEmpty()) {
                throw new UnavailableException("BuildKit at " + buildKit + " has no worker");
            }
            return client.version().orElse("");
        }
    }

    private String checkRegistry() {
        String url = "http://" + settings.registry().local() + "/v2/";
        Optional<Boolean> asked = host.registryAnswers();
        if (asked.isPresent()) {
            if (!asked.get()) {
                throw new UnavailableException("The engine cannot reach the registry at " + url);
            }
            return "";
        }
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            try {
                connection.setConnectTimeout((int) ANSWER_LIMIT.toMillis());
                connection.setReadTimeout((int) ANSWER_LIMIT.toMillis());
                int status = connection.getResponseCode();
                if (status != HttpURLConnection.HTTP_OK && status != UNAUTHORIZED) {
                    throw new UnavailableException("The registry at " + url + " answers with status " + status);
                }
                String version = connection.getHeaderField("Docker-Distribution-Api-Version");
                return version == null ? "" : version;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw new UnavailableException("The registry at " + url + " does not answer: " + AtomicFile.reason(e), e);
        }
    }
}
