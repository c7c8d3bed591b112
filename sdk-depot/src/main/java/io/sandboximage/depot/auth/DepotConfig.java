package io.sandboximage.depot.auth;

import io.sandboximage.depot.internal.yaml.FlatYaml;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration file of Depot's command line, {@code depot/depot.yaml}: the token and the organization of whoever logged in.
 * Read anew at each question. Thread-safe, but two writers at the same time may undo each other's work.
 */
public final class DepotConfig {
    private static final String TOKEN = "api_token";
    private static final String ORGANIZATION = "org_id";

    private final Path file;

    private DepotConfig(Path file) {
        this.file = file;
    }

    public static DepotConfig at(Path file) {
        return new DepotConfig(file);
    }

    /** Where Depot's command line keeps it: below {@code XDG_CONFIG_HOME}, or the place that the system has for such files. */
    public static DepotConfig ofUser(Map<String, String> environment, Path home) {
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
        Path folder = TokenChain.value(environment, "XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(mac ? home.resolve("Library").resolve("Application Support") : home.resolve(".config"));
        return new DepotConfig(folder.resolve("depot").resolve("depot.yaml"));
    }

    public Path file() {
        return file;
    }

    public Optional<String> apiToken() {
        return Optional.ofNullable(read().get(TOKEN));
    }

    public Optional<String> organization() {
        return Optional.ofNullable(read().get(ORGANIZATION));
    }

    /** Keeps a token; whatever else the file says stays. Nobody but the file's owner may read it. */
    public void apiToken(String token) {
        put(TOKEN, Optional.of(token));
    }

    /** Keeps the organization that is meant where none is named. */
    public void organization(String id) {
        put(ORGANIZATION, Optional.of(id));
    }

    /** Forgets token and organization. */
    public void clear() {
        put(TOKEN, Optional.empty());
        put(ORGANIZATION, Optional.empty());
    }

    private void put(String key, Optional<String> value) {
        Map<String, String> values = new LinkedHashMap<>(read());
        value.ifPresentOrElse(text -> values.put(key, text), () -> values.remove(key));
        write(FlatYaml.write(values));
    }

    private void write(String text) {
        Path folder = file.toAbsolutePath().getParent();
        try {
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                restrict(folder, "rwx------");
            }
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
        try (AtomicFile out = AtomicFile.create(file)) {
            restrict(out.temporary(), "rw-------");
            out.stream().write(text.getBytes(StandardCharsets.UTF_8));
            out.commit();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    private static void restrict(Path path, String permissions) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }

    private Map<String, String> read() {
        try {
            return FlatYaml.read(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            throw new StorageException("Could not read Depot's configuration " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
