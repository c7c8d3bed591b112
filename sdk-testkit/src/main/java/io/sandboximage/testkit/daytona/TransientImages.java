package io.sandboximage.testkit.daytona;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.Json;
import io.sandboximage.registry.RegistryClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The runner's side of the transient registry: looks at the images that snapshots are made of, really, and removes them afterwards.
 * Images of other registries count as there.
 */
final class TransientImages implements AutoCloseable {
    private static final Pattern CHALLENGE = Pattern.compile("^Bearer realm=\"([^\"]+)\",service=\"([^\"]+)\"");
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

    /** As well as it can, like the server; all tags of the image go with it. */
    private void remove(ImageReference reference, Descriptor manifest) {
        Credentials.Basic basic = (Credentials.Basic) credentials();
        URI uri =
                URI.create("http://" + registry + "/v2/" + reference.repository() + "/manifests/" + manifest.digest());
        try {
            HttpResponse<String> answer = delete(uri, basic.authorization());
            Optional<String> token = answer.statusCode() == 401
                    ? token(answer.headers(), reference.repository(), basic)
                    : Optional.empty();
            if (token.isPresent()) {
                delete(uri, "Bearer " + token.get());
            }
        } catch (IOException | InvalidContentException ignored) {
            // As well as it can.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpResponse<String> delete(URI uri, String authorization) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .DELETE()
                .header("Authorization", authorization)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What registries with tokens want for a deletion. */
    private Optional<String> token(HttpHeaders refused, String repository, Credentials.Basic basic)
            throws IOException, InterruptedException {
        Matcher challenge =
                CHALLENGE.matcher(refused.firstValue("WWW-Authenticate").orElse(""));
        if (!challenge.find()) {
            return Optional.empty();
        }
        URI uri = URI.create(challenge.group(1) + "?service=" + encode(challenge.group(2)) + "&scope="
                + encode("repository:" + repository + ":delete"));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", basic.authorization())
                .build();
        byte[] body =
                http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        return Optional.ofNullable(
                        Json.parseObject(body, body.length, "token answer").get("token"))
                .map(String::valueOf);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
