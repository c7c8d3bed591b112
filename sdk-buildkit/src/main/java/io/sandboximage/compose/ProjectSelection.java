package io.sandboximage.compose;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which services of a project a command line builds, by compose's rules. */
final class ProjectSelection {
    private final ProjectModel project;
    private final List<String> profiles;

    /** @throws InvalidRequestException if services contradict each other */
    ProjectSelection(ProjectModel project, List<String> givenProfiles) {
        this.project = project;
        this.profiles = givenProfiles.isEmpty()
                ? Arrays.stream(project.environment()
                                .getOrDefault("COMPOSE_PROFILES", "")
                                .split(","))
                        .map(String::strip)
                        .toList()
                : givenProfiles;
        Map<String, ProjectService> active = active(profiles);
        active.values().forEach(service -> check(service, active));
        Set<String> done = new LinkedHashSet<>();
        active.keySet().forEach(name -> visit(name, active, done, new LinkedHashSet<>()));
    }

    /**
     * What compose describes and what of that it builds.
     *
     * @param described with services that those to build are only started after
     */
    record Selected(Map<String, ProjectService> described, Set<String> built) {}

    /** @param names all active ones if empty */
    Selected select(List<String> names, boolean withDependencies) {
        Set<String> wanted = new TreeSet<>(names.isEmpty() ? active(profiles).keySet() : names);
        addBases(wanted);
        List<String> more = new ArrayList<>(profiles);
        Map<String, ProjectService> before = active(profiles);
        wanted.stream()
                .filter(name -> !before.containsKey(name) && project.services().containsKey(name))
                .forEach(name -> more.addAll(service(name).profiles()));
        Map<String, ProjectService> active = active(more);
        Set<String> described = new TreeSet<>();
        wanted.forEach(name -> describe(name, true, active, described));
        Map<String, ProjectService> selected = new TreeMap<>(active);
        selected.keySet().retainAll(described);
        Set<String> built = new TreeSet<>(withDependencies ? described : wanted);
        built.removeIf(name -> service(name).build().isEmpty());
        return new Selected(selected, built);
    }

    private void addBases(Set<String> wanted) {
        List<String> left = new ArrayList<>(wanted);
        while (!left.isEmpty()) {
            ProjectService service = project.services().get(left.remove(left.size() - 1));
            if (service != null) {
                bases(service).stream().filter(wanted::add).forEach(left::add);
            }
        }
    }

    private void describe(String name, boolean required, Map<String, ProjectService> active, Set<String> described) {
        ProjectService service = active.get(name);
        if (service == null) {
            if (required) {
                throw new InvalidRequestException("no such service: " + name);
            }
            return;
        }
        if (described.add(name)) {
            service.dependencies().forEach((other, needed) -> describe(other, needed, active, described));
        }
    }

    private void check(ProjectService service, Map<String, ProjectService> active) {
        service.check();
        service.build().ifPresent(build -> {
            build.additionalContexts().forEach((name, value) -> {
                if (value.startsWith(ProjectPaths.SERVICE)) {
                    String other = value.substring(ProjectPaths.SERVICE.length());
                    String kind = !active.containsKey(other)
                            ? "unknown"
                            : active.get(other).build().isEmpty() ? "non-buildable" : "";
                    if (!kind.isEmpty()) {
                        throw new InvalidRequestException("service \"" + service.name() + "\" declares " + kind
                                + " service \"" + other + "\" as additional contexts " + name);
                    }
                }
            });
            build.secrets().values().stream()
                    .filter(secret -> !project.secrets().containsKey(secret))
                    .findFirst()
                    .ifPresent(secret -> {
                        throw new InvalidRequestException("service \"" + service.name()
                                + "\" refers to undefined build secret " + secret + ": invalid compose project");
                    });
        });
        service.dependencies().forEach((other, required) -> {
            boolean inactive = project.services().containsKey(other) && !required;
            if (!active.containsKey(other) && !inactive) {
                throw new InvalidRequestException("service \"" + service.name() + "\" depends on undefined service \""
                        + other + "\": invalid compose project");
            }
        });
    }

    private static void visit(String name, Map<String, ProjectService> active, Set<String> done, Set<String> path) {
        ProjectService service = active.get(name);
        if (service == null || done.contains(name)) {
            return;
        }
        if (!path.add(name)) {
            List<String> circle = new ArrayList<>(path).subList(new ArrayList<>(path).indexOf(name), path.size());
            throw new InvalidRequestException(
                    "dependency cycle detected: " + String.join(" -> ", circle) + " -> " + name);
        }
        service.dependencies().keySet().forEach(other -> visit(other, active, done, path));
        path.remove(name);
        done.add(name);
    }

    private static Collection<String> bases(ProjectService service) {
        return service.build().stream()
                .flatMap(build -> build.additionalContexts().values().stream())
                .filter(value -> value.startsWith(ProjectPaths.SERVICE))
                .map(value -> value.substring(ProjectPaths.SERVICE.length()))
                .toList();
    }

    private ProjectService service(String name) {
        ProjectService service = project.services().get(name);
        if (service == null) {
            throw new InvalidRequestException("no such service: " + name);
        }
        return service;
    }

    private Map<String, ProjectService> active(List<String> active) {
        Map<String, ProjectService> services = new TreeMap<>(project.services());
        services.values().removeIf(service -> !service.isActive(active));
        return services;
    }
}
