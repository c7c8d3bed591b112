package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A real registry on loopback, with storage of its own: distribution 2.8 ({@link Engine#DOCKER_REGISTRY}) or distribution 3
 * ({@link Engine#REGISTRY_V3}). Deletion is enabled. Closing stops it; its storage stays.
 */
public final class RegistryProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int BCRYPT_COST = 5;

    private final Daemon daemon;
    private final int port;
    private final Path storage;

    private RegistryProcess(Daemon daemon, int port, Path storage) {
        this.daemon = daemon;
        this.port = port;
        this.storage = storage;
    }

    /**
     * Starts one that takes everybody.
     *
     * @param directory empty; holds configuration, log and storage
     */
    public static RegistryProcess start(Engine engine, Path directory) {
        return start(engine, directory, "");
    }

    /** Starts one with basic authentication for one user; needs {@code htpasswd}. */
    public static RegistryProcess startWithBasicAuth(Engine engine, Path directory, String user, String password) {
        Path htpasswd = directory.resolve("htpasswd");
        String line = Command.of("htpasswd", "-C", BCRYPT_COST, "-Bbn", user, password)
                .run()
                .orFail()
                .output();
        write(htpasswd, line);
        return start(engine, directory, """
                  auth:
                    htpasswd:
                      realm: test
                      path: %s
                  """.formatted(htpasswd));
    }

    /**
     * Starts one that takes tokens (distribution, "token authentication specification").
     *
     * @param realm address of the token server
     * @param service the registry's name in tokens
     * @param issuer of the tokens
     * @param certificates PEM file of the certificates that tokens may be signed by
     */
    public static RegistryProcess startWithTokenAuth(
            Engine engine, Path directory, String realm, String service, String issuer, Path certificates) {
        return start(engine, directory, """
                  auth:
                    token:
                      realm: %s
                      service: %s
                      issuer: %s
                      rootcertbundle: %s
                  """.formatted(realm, service, issuer, certificates));
    }

    private static RegistryProcess start(Engine engine, Path directory, String auth) {
        int port = Daemon.freePort();
        Path storage = directory.resolve("storage");
        Path config = directory.resolve("config.yml");
        write(config, configuration(port, storage, auth));
        Path program = engine.find(EngineSearch.ofMachine())
                .orElseThrow(() -> new AssertionError(engine.title() + " not found: " + engine.howToGet()));
        Daemon daemon = Command.of(program, "serve", config)
                .env("OTEL_TRACES_EXPORTER", "none")
                .start(directory.resolve("registry.log"));
        try {
            daemon.await("answering on port " + port, START_TIMEOUT, () -> answers(port));
        } catch (Throwable e) {
            daemon.close();
            throw e;
        }
        return new RegistryProcess(daemon, port, storage);
    }

    /** Host and port, as in image references. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Where it keeps its blobs. */
    public Path storage() {
        return storage;
    }

    /** What it wrote so far. */
    public String log() {
        return daemon.log();
    }

    @Override
    public void close() {
        daemon.close();
    }

    private static String configuration(int port, Path storage, String auth) {
        return """
               version: 0.1
               log:
                 level: info
               storage:
                 filesystem:
                   rootdirectory: %s
                 delete:
                   enabled: true
               http:
                 addr: 127.0.0.1:%d
               %s""".formatted(storage, port, auth);
    }

    private static boolean answers(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/v2/").toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(5000);
            int status = connection.getResponseCode();
            connection.disconnect();
            return status == 200 || status == 401;
        } catch (IOException e) {
            return false;
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
