package io.sandboximage.depot.internal.client;

import java.util.Locale;

/** How this program names itself: as Depot's command line does, with Go's names of systems. */
final class UserAgent {
    static final String TEXT = "depot-java/0.1.0/" + system() + "/" + architecture() + "/"
            + (System.getenv("CI") == null ? "terminal" : "ci");

    private UserAgent() {}

    private static String system() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("windows") ? "windows" : "linux";
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch", "")) {
            case "aarch64", "arm64" -> "arm64";
            default -> "amd64";
        };
    }
}
