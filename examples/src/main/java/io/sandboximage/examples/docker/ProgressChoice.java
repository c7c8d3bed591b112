package io.sandboximage.examples.docker;

import io.sandboximage.examples.cli.ProgressMode;
import java.util.Map;
import java.util.Optional;

/** How builds show their progress: what the command line says, else the environment, as docker has it. */
final class ProgressChoice {
    private static final String AUTO = "auto";

    private ProgressChoice() {}

    static ProgressMode of(Optional<String> flag, boolean quiet, Map<String, String> environment) {
        if (quiet) {
            return ProgressMode.quiet;
        }
        String chosen = flag.filter(mode -> !mode.equals(AUTO))
                .orElseGet(() -> environment.getOrDefault("BUILDKIT_PROGRESS", AUTO));
        return switch (chosen) {
            case "plain" -> ProgressMode.plain;
            case "tty" -> ProgressMode.tty;
            case "rawjson", "json" -> ProgressMode.rawjson;
            case "quiet", "none" -> ProgressMode.quiet;
            default -> ProgressMode.auto;
        };
    }
}
