package io.sandboximage.compose;

import io.sandboximage.compose.internal.FileMerge;
import io.sandboximage.compose.internal.Interpolation;
import io.sandboximage.compose.internal.YamlDocuments;
import io.sandboximage.error.InvalidRequestException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A compose project, as far as builds are concerned, read without compose.
 *
 * @param services by name, also those whose profiles are not active
 * @param secrets the members of each
 * @param environment with the project's name
 * @param messages warnings, a line each
 */
record ProjectModel(
        String name,
        Path directory,
        Map<String, ProjectService> services,
        Map<String, Map<String, Object>> secrets,
        Map<String, String> environment,
        String messages) {
    private static final String NAME = "COMPOSE_PROJECT_NAME";
    private static final String TOP = "services|secrets|configs|volumes|networks|models|name|version|x-.*";

    /**
     * Reads the files.
     *
     * @throws InvalidRequestException if compose would refuse them, or they have what needs compose
     */
    static ProjectModel read(ProjectFiles found, Optional<String> givenName) {
        List<Map<String, Object>> documents = found.files().stream()
                .flatMap(file -> YamlDocuments.parse(ProjectFiles.read(file), file.toString()).stream())
                .toList();
        String name = name(found, givenName, documents);
        Map<String, String> environment = new HashMap<>(found.environment());
        environment.put(NAME, name);
        Interpolation interpolation = new Interpolation(variable -> Optional.ofNullable(environment.get(variable)));
        Map<String, Object> merged = new LinkedHashMap<>();
        for (Map<String, Object> document : documents) {
            ProjectSyntax.requireKnown(document, "", TOP);
            merged = FileMerge.merge(merged, ProjectSyntax.canonical(interpolation.apply(document)));
        }
        Map<String, Map<String, Object>> secrets = new TreeMap<>();
        ProjectSyntax.map(merged.get("secrets"), "secrets")
                .forEach((secret, members) -> secrets.put(secret, ProjectSyntax.map(members, "secrets." + secret)));
        Map<String, ProjectService> services = new TreeMap<>();
        ProjectSyntax.map(merged.get("services"), "services")
                .forEach((service, members) -> services.put(
                        service, new ProjectService(service, ProjectSyntax.map(members, "services." + service))));
        String messages = interpolation.unset().stream()
                .map(variable -> "The \"" + variable + "\" variable is not set. Defaulting to a blank string.\n")
                .collect(Collectors.joining());
        return new ProjectModel(name, found.directory(), services, secrets, Map.copyOf(environment), messages);
    }

    private static String name(ProjectFiles found, Optional<String> given, List<Map<String, Object>> documents) {
        Optional<String> explicit = given.filter(name -> !name.isEmpty())
                .or(() -> Optional.ofNullable(found.environment().get(NAME)).filter(name -> !name.isEmpty()));
        if (explicit.isPresent()) {
            if (!normalized(explicit.get()).equals(explicit.get())) {
                throw new InvalidRequestException("invalid project name \"" + explicit.get()
                        + "\": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well"
                        + " as start with a letter or number");
            }
            return explicit.get();
        }
        String inFiles = "";
        for (Map<String, Object> document : documents) {
            if (document.get("name") instanceof String text && !text.isEmpty()) {
                inFiles = text;
            }
        }
        Interpolation interpolation = new Interpolation(
                variable -> Optional.ofNullable(found.environment().get(variable)));
        String name = normalized(interpolation.substitute(inFiles));
        Path folder = found.directory().getFileName();
        if (inFiles.isEmpty()) {
            name = normalized(folder == null ? "" : folder.toString());
        }
        if (name.isEmpty()) {
            throw new InvalidRequestException("project name must not be empty");
        }
        return name;
    }

    private static String normalized(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "").replaceFirst("^[_-]+", "");
    }
}
