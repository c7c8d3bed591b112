package io.sandboximage.docker;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The contexts of the {@code docker} command, as it stores them: by the sha256 of their names. */
final class DockerContexts {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final Path config;

    /** @param config docker's configuration directory */
    DockerContexts(Path config) {
        this.config = config;
    }

    /** The context that {@code docker context use} chose last. */
    Optional<String> current() {
        Path file = config.resolve("config.json");
        return read(file)
                .flatMap(json -> json.string("currentContext"))
                .filter(name -> !name.isEmpty() && !name.equals("default"));
    }

    DockerHost host(String name, String reason) {
        String id = Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).hex();
        Path file = config.resolve("contexts/meta").resolve(id).resolve("meta.json");
        JsonView context = read(file)
                .orElseThrow(() -> new NotFoundException("There is no docker context \"" + name
                        + "\", looked for because " + reason + ": " + file
                        + " does not exist. List the contexts with docker"
                        + " context ls"));
        JsonView endpoint = context.object("Endpoints")
                .flatMap(endpoints -> endpoints.object("docker"))
                .orElseThrow(() -> new InvalidRequestException(
                        "The docker context \"" + name + "\" has no endpoint of a Docker engine in " + file));
        String address = endpoint.string("Host")
                .filter(host -> !host.isEmpty())
                .orElseThrow(() -> new InvalidRequestException(
                        "The docker context \"" + name + "\" does not say where its engine is, in " + file));
        Path material = config.resolve("contexts/tls").resolve(id).resolve("docker");
        boolean skip = endpoint.bool("SkipTLSVerify").orElse(false);
        boolean secure = skip || Files.isDirectory(material);
        DockerHost host = DockerHost.parse(address, secure, reason);
        return secure && host.unixSocket().isEmpty() ? host.tls(DockerTls.context(material, !skip)) : host;
    }

    private static Optional<JsonView> read(Path file) {
        try {
            return Optional.of(JsonView.parse(Files.readAllBytes(file), MAX_BYTES, file.toString()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        } catch (InvalidContentException e) {
            // Not chained: a parser may quote what it stumbled over, and config.json is a file of secrets.
            throw new InvalidRequestException(file + " is not valid JSON: correct or remove it");
        }
    }
}
