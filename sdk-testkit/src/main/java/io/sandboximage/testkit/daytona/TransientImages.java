package io.sandboximage.testkit.daytona;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.registry.RegistryClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * The runner's side of the transient registry: looks at the images that snapshots are made of, really, and removes them afterwards.
 * Images of other registries count as there.
 */
final class TransientImages implements AutoCloseable {
    private static final Duration LONG = Duration.ofDays(3650);

    private final String registry;
    private final RobotAccounts.Robot runner;
    private final RobotAccounts robots;
    private final RegistryClient client;
    private final HttpClient http = HttpClient.newHttpClient();

    TransientImages(String registry, RobotAccounts robots) {
        this.registry = registry;
        this.robots = robots;
        this.runner = robots.make(LONG);
        this.client = RegistryClient.builder()
                .credentials(host -> Optional.of(credentials()))
                .build();
    }

    private Credentials credentials() {
        RobotAccounts.Robot robot = robots.accepts(runner.username(), runner.secret()) ? runner : robots.make(LONG);
        return Credentials.basic(robot.username(), robot.secret());
    }

    /** Reads config and manifest, and asks for each layer; then removes the image. Empty if all is there. */
    Optional<String> pull(String name) {
        if (!name.startsWith(registry + "/")) {
            return Optional.empty();
        }
        try (var source = client.source(ImageReference.parse(name))) {
            Image image = source.image(Platform.LINUX_AMD64);
            for (Descriptor layer : image.manifest().layers()) {
                source.openBlob(layer).close();
            }
            remove(ImageReference.parse(name), image.descriptor());
            return Optional.empty();
        } catch (NotFoundException e) {
            return Optional.of("manifest unknown");
        } catch (SandboxImageException | IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** As well as it can, like the server. Registries with tokens would want one. */
    private void remove(ImageReference reference, Descriptor manifest) {
        Credentials.Basic basic = (Credentials.Basic) credentials();
        URI uri =
                URI.create("http://" + registry + "/v2/" + reference.repository() + "/manifests/" + manifest.digest());
        HttpRequest request = HttpRequest.newBuilder(uri)
                .DELETE()
                .header("Authorization", basic.authorization())
                .build();
        try {
            http.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException ignored) {
            // As well as it can.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
