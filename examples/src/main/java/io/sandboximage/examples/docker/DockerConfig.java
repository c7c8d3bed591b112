package io.sandboximage.examples.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What docker's configuration says about builds besides credentials. */
final class DockerConfig {
    private DockerConfig() {}

    /** Whether docker would give its builds proxies, or there is no saying. */
    static boolean hasProxies(Map<String, String> environment) {
        Path file = Attempt.surroundings(environment).dockerConfig().resolve("config.json");
        try {
            return Files.exists(file) && Files.readString(file).contains("\"proxies\"");
        } catch (IOException e) {
            return true;
        }
    }
}
