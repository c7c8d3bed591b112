package io.sandboximage.depot.build;

import io.sandboximage.credentials.CredentialProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the builds of one builder have in common.
 *
 * @param existing a build that others began, instead of new ones
 * @param registry the host of Depot's registry, which it tells of its own accord only for new builds
 */
record BuildSettings(
        Optional<String> project,
        CredentialProvider credentials,
        Duration acquireLimit,
        Optional<Path> layout,
        Optional<String> existing,
        String registry) {
    private static final Duration DEFAULT_ACQUIRE_LIMIT = Duration.ofMinutes(5);
    private static final String DEFAULT_REGISTRY = "registry.depot.dev";

    static BuildSettings defaults() {
        return new BuildSettings(
                Optional.empty(),
                CredentialProvider.none(),
                DEFAULT_ACQUIRE_LIMIT,
                Optional.empty(),
                Optional.empty(),
                DEFAULT_REGISTRY);
    }

    BuildSettings project(String id) {
        return new BuildSettings(Optional.of(id), credentials, acquireLimit, layout, existing, registry);
    }

    BuildSettings credentials(CredentialProvider provider) {
        return new BuildSettings(project, provider, acquireLimit, layout, existing, registry);
    }

    BuildSettings acquireLimit(Duration limit) {
        return new BuildSettings(project, credentials, limit, layout, existing, registry);
    }

    BuildSettings layout(Path directory) {
        return new BuildSettings(project, credentials, acquireLimit, Optional.of(directory), existing, registry);
    }

    BuildSettings existing(String buildId, String host) {
        return new BuildSettings(project, credentials, acquireLimit, layout, Optional.of(buildId), host);
    }

    BuildSettings existing(String buildId) {
        return existing(buildId, registry);
    }

    BuildSettings orProject(Optional<String> other) {
        return new BuildSettings(project.or(() -> other), credentials, acquireLimit, layout, existing, registry);
    }
}
