package io.sandboximage.git;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this user's programs keep what can be made again (XDG base directory specification). */
final class CacheFolder {
    private CacheFolder() {}

    static Path ofThisUser(Map<String, String> environment) {
        Path base = Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> Path.of(System.getProperty("user.home", "."), ".cache"));
        return base.resolve("sandbox-image").resolve("git");
    }
}
