package io.sandboximage.compose;

import io.sandboximage.compose.internal.GoText;
import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service of a compose file, as far as builds are concerned. Immutable. */
final class ProjectService {
    private static final String SERVICE = "service:";
    private static final String CONTAINER = "container:";

    private final String name;
    private final Map<String, Object> members;
    private final Map<String, Boolean> dependencies;

    ProjectService(String name, Map<String, Object> members) {
        this.name = name;
        this.members = members;
        this.dependencies = dependencies(members);
    }

    String name() {
        return name;
    }

    Optional<String> image() {
        return text("image");
    }

    Optional<String> platform() {
        return text("platform");
    }

    List<String> profiles() {
        return ProjectSyntax.list(members.get("profiles"), path("profiles"));
    }

    boolean isActive(List<String> active) {
        return profiles().isEmpty()
                || active.contains("*")
                || profiles().stream().anyMatch(active::contains);
    }

    /** Services that this one is started after, and whether it needs them. */
    Map<String, Boolean> dependencies() {
        return dependencies;
    }

    /** Empty if nothing is built. */
    Optional<ServiceBuild> build() {
        return members.get("build") == null
                ? Optional.empty()
                : Optional.of(new ServiceBuild(path("build"), ProjectSyntax.map(members.get("build"), path("build"))));
    }

    boolean hasProvider() {
        return members.get("provider") != null;
    }

    private Map<String, Boolean> dependencies(Map<String, Object> service) {
        Map<String, Boolean> found = new LinkedHashMap<>();
        ProjectSyntax.map(service.get("depends_on"), path("depends_on"))
                .forEach((other, how) -> found.put(
                        other,
                        !Boolean.FALSE.equals(
                                ProjectSyntax.map(how, path("depends_on")).get("required"))));
        List<String> implied = new ArrayList<>();
        ProjectSyntax.list(service.get("links"), path("links")).forEach(link -> implied.add(link.split(":", 2)[0]));
        for (String namespace : List.of("network_mode", "ipc", "pid", "uts", "cgroup")) {
            text(namespace)
                    .filter(mode -> mode.startsWith(SERVICE))
                    .ifPresent(mode -> implied.add(mode.substring(SERVICE.length())));
        }
        ProjectSyntax.list(service.get("volumes_from"), path("volumes_from")).stream()
                .filter(from -> !from.startsWith(CONTAINER))
                .forEach(from -> implied.add(from.split(":", 2)[0]));
        implied.forEach(other -> found.putIfAbsent(other, true));
        return found;
    }

    private Optional<String> text(String member) {
        Object value = members.get(member);
        return value == null
                ? Optional.empty()
                : Optional.of(GoText.of(value, path(member))).filter(text -> !text.isEmpty());
    }

    private String path(String member) {
        return "services." + name + "." + member;
    }

    /** What does not depend on other services. @throws InvalidRequestException as compose refuses it */
    void check() {
        Optional<ServiceBuild> build = build();
        if (build.isEmpty() && image().isEmpty() && !hasProvider()) {
            throw new InvalidRequestException("service \"" + name
                    + "\" has neither an image nor a build context specified: invalid compose project");
        }
        if (build.isEmpty()) {
            return;
        }
        if (build.get().dockerfileInline().isPresent()
                && build.get().dockerfile().isPresent()) {
            throw new InvalidRequestException("service \"" + name
                    + "\" declares mutualy exclusive dockerfile and dockerfile_inline: invalid compose project");
        }
        List<String> platforms = build.get().platforms();
        if (platform().isPresent()
                && !platforms.isEmpty()
                && !platforms.contains(platform().get())) {
            throw new InvalidRequestException("service.build.platforms MUST include service.platform \""
                    + platform().get() + "\": invalid compose project");
        }
    }
}
