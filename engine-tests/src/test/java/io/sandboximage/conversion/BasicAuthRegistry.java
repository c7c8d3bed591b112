package io.sandboximage.conversion;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The real docker-registry on loopback with basic authentication. */
final class BasicAuthRegistry implements AutoCloseable {
    static final String USER = "tester";
    static final String PASSWORD = "secret";

    /** What {@code htpasswd -B} makes of the two. */
    private static final String HTPASSWD = "tester:$2y$05$yuMW0LnKBoFAxyJlTrwApOJ6ATS0voG/TIRRApZsxfCq626rHkxBO\n";

    private final String host;
    private final Daemon daemon;

    private BasicAuthRegistry(String host, Daemon daemon) {
        this.host = host;
        this.daemon = daemon;
    }

    static BasicAuthRegistry start(Path folder) throws IOException {
        Path passwords = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
        int port = Daemon.freePort();
        Path configuration = Files.writeString(
                folder.resolve("registry.yml"), """
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                auth:
                  htpasswd:
                    realm: test
                    path: %s
                """.formatted(folder.resolve("registry"), port, passwords));
        Daemon daemon = Command.of("docker-registry", "serve", configuration)
                .start(folder.resolve("registry.log"))
                .awaitPort(port, Duration.ofMinutes(1));
        return new BasicAuthRegistry("127.0.0.1:" + port, daemon);
    }

    ImageReference reference(String repositoryAndTag) {
        return ImageReference.parse(host + "/" + repositoryAndTag);
    }

    RegistryClient client() {
        return RegistryClient.builder()
                .credentials(CredentialProvider.of(host, Credentials.basic(USER, PASSWORD)))
                .build();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
