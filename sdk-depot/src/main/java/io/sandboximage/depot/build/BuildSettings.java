package io.sandboximage.depot.build;

import io.sandboximage.credentials.CredentialProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the builds of one builder have in common. */
record BuildSettings(
        Optional<String> project, CredentialProvider credentials, Duration acquireLimit, Optional<Path> layout) {

    BuildSettings project(String id) {
        return new BuildSettings(Optional.of(id), credentials, acquireLimit, layout);
    }

    BuildSettings credentials(CredentialProvider provider) {
        return new BuildSettings(project, provider, acquireLimit, layout);
    }

    BuildSettings acquireLimit(Duration limit) {
        return new BuildSettings(project, credentials, limit, layout);
    }

    BuildSettings layout(Path directory) {
        return new BuildSettings(project, credentials, acquireLimit, Optional.of(directory));
    }

    BuildSettings orProject(Optional<String> other) {
        return new BuildSettings(project.or(() -> other), credentials, acquireLimit, layout);
    }
}
