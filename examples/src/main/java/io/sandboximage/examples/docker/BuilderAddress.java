package io.sandboximage.examples.docker;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.examples.cli.BuilderChoice;
import java.util.Map;
import java.util.Optional;

/** Which builder the environment names; the launcher looks at the same variables. */
final class BuilderAddress {
    /** As {@code sandbox-image build --builder} takes it. */
    static final String OURS = "SANDBOX_IMAGE_BUILDER";

    static final String BUILDKIT = "BUILDKIT_HOST";

    private BuilderAddress() {}

    static BuildKitAddress of(Map<String, String> environment) {
        return BuilderChoice.of(Optional.of(name(environment)));
    }

    /** Whether no builder of buildx is looked for: those may have certificates. */
    static boolean isPlainText(Map<String, String> environment) {
        return name(environment).contains("://");
    }

    private static String name(Map<String, String> environment) {
        String ours = environment.getOrDefault(OURS, "");
        return ours.isEmpty() ? environment.getOrDefault(BUILDKIT, "docker") : ours;
    }
}
