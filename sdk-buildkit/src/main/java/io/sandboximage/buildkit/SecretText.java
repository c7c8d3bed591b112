package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The text forms of {@code docker buildx build --secret} and {@code --ssh}. */
final class SecretText {
    private SecretText() {}

    /** Without file and variable, the variable with the secret's id is taken where there is one, else the file. */
    static void applyTo(DockerfileBuild build, String text, Map<String, String> environment) {
        Map<String, String> parts = parts(text);
        String id = parts.get("id");
        if (id == null || id.isEmpty()) {
            throw new InvalidRequestException("The secret \"" + text + "\" needs an id: write id=...,src=FILE");
        }
        String type = parts.getOrDefault("type", "");
        if (!List.of("", "file", "env").contains(type)) {
            throw new InvalidRequestException("The secret " + id + " has the type \"" + type + "\": write file or env");
        }
        String file = Stream.of("src", "source")
                .map(parts::get)
                .filter(f -> f != null)
                .findFirst()
                .orElse("");
        String variable = parts.getOrDefault("env", "");
        if (type.equals("env") && variable.isEmpty()) {
            variable = file.isEmpty() ? id : file;
            file = "";
        }
        if (variable.isEmpty() && file.isEmpty()) {
            variable = !type.equals("file") && environment.containsKey(id) ? id : "";
            file = id;
        }
        if (!variable.isEmpty()) {
            String value = environment.get(variable);
            if (value == null) {
                throw new NotFoundException(
                        "The secret " + id + " is the environment variable " + variable + ", which is not set");
            }
            build.secret(id, SecretSource.of(value.getBytes(StandardCharsets.UTF_8)));
            return;
        }
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new NotFoundException("The secret " + id + " is the file " + path + ", which cannot be read");
        }
        build.secret(id, SecretSource.file(path));
    }

    static void applySshTo(DockerfileBuild build, String text) {
        int equals = text.indexOf('=');
        String id = equals < 0 ? text : text.substring(0, equals);
        if (id.isEmpty()) {
            throw new InvalidRequestException("\"" + text + "\" names no ssh id: write default or ID=SOCKET");
        }
        String paths = equals < 0 ? "" : text.substring(equals + 1);
        build.ssh(
                id,
                SshSource.of(
                        paths.isEmpty()
                                ? List.of()
                                : Stream.of(paths.split(",")).map(Path::of).toList()));
    }

    private static Map<String, String> parts(String text) {
        Map<String, String> parts = OptionText.attributes(text);
        for (String key : parts.keySet()) {
            if (!List.of("id", "src", "source", "env", "type").contains(key)) {
                throw new InvalidRequestException("In the secret \"" + text + "\" the key \"" + key
                        + "\" means nothing: write id, src, env or type");
            }
        }
        return parts;
    }
}
