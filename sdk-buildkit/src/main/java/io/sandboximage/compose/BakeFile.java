package io.sandboximage.compose;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Describes builds of a project as {@code docker compose build --print} does. */
final class BakeFile {
    /** The compose whose plans these are like; its images carry the number in a label. */
    static final String COMPOSE_VERSION = "2.40.3";

    private static final String INSECURE = "security.insecure";

    private final ProjectModel project;
    private final ProjectPaths paths;
    private final ComposeBuildFlags flags;
    private final String separator;
    private final Map<String, String> targets = new TreeMap<>();

    /** @param compatible with names as compose 1 made them */
    BakeFile(ProjectModel project, ComposeBuildFlags flags, boolean compatible) {
        this.project = project;
        this.paths = new ProjectPaths(
                project.directory(), Optional.ofNullable(project.environment().get("HOME")));
        this.flags = flags;
        this.separator = compatible ? "_" : "-";
    }

    /** The tree of the bake file; empty if there is nothing to build. */
    Map<String, Object> of(ProjectSelection.Selected selected) {
        if (selected.built().isEmpty()) {
            return Map.of();
        }
        selected.described().keySet().forEach(name -> targets.put(name, name.replace('.', '_')));
        if (targets.size() != targets.values().stream().distinct().count()) {
            throw ProjectSyntax.notKnown("services whose names differ only in dots and underscores");
        }
        Map<String, Object> described = new LinkedHashMap<>();
        selected.described().values().forEach(service -> service.build()
                .ifPresent(build -> described.put(target(service.name()), target(service, build))));
        List<String> group = selected.built().stream().map(this::target).toList();
        return Map.of("group", Map.of("default", Map.of("targets", group)), "target", described);
    }

    private String target(String service) {
        return targets.getOrDefault(service, service);
    }

    private Map<String, Object> target(ProjectService service, ServiceBuild build) {
        Members target = new Members();
        String context = paths.context(build.context());
        target.put("context", context);
        target.put("contexts", contexts(build));
        if (build.dockerfileInline().isPresent()) {
            target.put("dockerfile-inline", escaped(build.dockerfileInline().get()));
        } else {
            target.put(
                    "dockerfile", paths.dockerfile(context, build.dockerfile().orElse("Dockerfile")));
        }
        target.put("args", args(build));
        target.put("labels", labels(service, build));
        List<String> tags = new ArrayList<>(build.tags());
        tags.add(service.image().orElse(project.name() + separator + service.name()));
        target.put("tags", tags);
        target.put("cache-from", build.cacheFrom());
        target.put("cache-to", build.cacheTo());
        build.target().ifPresent(stage -> target.put("target", stage));
        target.put("secret", secrets(build));
        target.put("ssh", ssh(build));
        List<String> platforms = platforms(service, build);
        target.put("platforms", platforms);
        target.put("pull", build.pull() || flags.pull());
        target.put("no-cache", build.noCache() || flags.noCache());
        build.network().ifPresent(mode -> target.put("network", mode));
        build.shmSize().filter(size -> size != 0).ifPresent(size -> target.put("shm-size", size.toString()));
        target.put("ulimits", build.ulimits());
        List<String> entitlements = new ArrayList<>(build.entitlements());
        if (build.privileged()) {
            entitlements.add(INSECURE);
        }
        target.put("entitlements", entitlements);
        target.put("extra-hosts", build.extraHosts());
        target.put("output", List.of(platforms.size() > 1 ? "type=image,push=false" : "type=docker"));
        target.put("attest", build.attestations());
        return target.map;
    }

    private Map<String, String> contexts(ServiceBuild build) {
        Map<String, String> contexts = build.additionalContexts();
        contexts.replaceAll((name, value) -> value.startsWith(ProjectPaths.SERVICE)
                ? "target:" + target(value.substring(ProjectPaths.SERVICE.length()))
                : paths.context(value));
        return contexts;
    }

    private Map<String, String> args(ServiceBuild build) {
        Map<String, Optional<String>> args = new TreeMap<>(build.args());
        args.replaceAll((name, value) -> value.or(() -> variable(name)));
        args.values().removeIf(Optional::isEmpty);
        for (String given : flags.buildArgs()) {
            String[] parts = given.split("=", 2);
            args.put(parts[0], parts.length == 2 ? Optional.of(parts[1]) : variable(parts[0]));
        }
        Map<String, String> known = new TreeMap<>();
        args.forEach((name, value) -> value.ifPresent(text -> known.put(name, escaped(text))));
        return known;
    }

    private Map<String, String> labels(ProjectService service, ServiceBuild build) {
        Map<String, String> labels = build.labels();
        labels.put("com.docker.compose.project", project.name());
        labels.put("com.docker.compose.service", service.name());
        labels.put("com.docker.compose.version", COMPOSE_VERSION);
        return labels;
    }

    private List<String> secrets(ServiceBuild build) {
        List<String> secrets = new ArrayList<>();
        build.secrets().forEach((id, name) -> {
            Map<String, Object> secret = project.secrets().getOrDefault(name, new HashMap<>());
            if (secret.get("environment") instanceof String variable && !variable.isEmpty()) {
                secrets.add("id=" + id + ",type=env,env=" + variable);
            } else if (secret.get("file") instanceof String file && !file.isEmpty()) {
                secrets.add("id=" + id + ",type=file,src=" + paths.absolute(file));
            }
        });
        return secrets;
    }

    private List<String> ssh(ServiceBuild build) {
        List<String> ssh = new ArrayList<>();
        build.ssh()
                .forEach(
                        (id, key) -> ssh.add(id + "=" + key.map(paths::absolute).orElse("")));
        flags.ssh().map(given -> given.isEmpty() ? "default" : given).ifPresent(given -> {
            if (!given.contains("=") && !given.equals("default")) {
                throw new InvalidRequestException("invalid ssh key \"" + given + "\"");
            }
            ssh.add(given.contains("=") ? given : given + "=");
        });
        return ssh;
    }

    private List<String> platforms(ProjectService service, ServiceBuild build) {
        Optional<String> usual = variable("DOCKER_DEFAULT_PLATFORM").filter(platform -> !platform.isEmpty());
        if (service.platform().isEmpty()
                && usual.isPresent()
                && !build.platforms().isEmpty()
                && !build.platforms().contains(usual.get())) {
            throw new InvalidRequestException("service \"" + service.name()
                    + "\" build.platforms does not support value set by DOCKER_DEFAULT_PLATFORM: " + usual.get());
        }
        Optional<String> platform = service.platform().or(() -> usual);
        return build.platforms().isEmpty() && platform.isPresent() ? List.of(platform.get()) : build.platforms();
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(project.environment().get(name));
    }

    private static String escaped(String text) {
        return text.replace("${", "$${");
    }

    /** Leaves out what is empty, as compose does. */
    private static final class Members {
        private final Map<String, Object> map = new LinkedHashMap<>();

        void put(String name, Object value) {
            boolean empty = value.equals("")
                    || value.equals(false)
                    || (value instanceof List<?> list && list.isEmpty())
                    || (value instanceof Map<?, ?> members && members.isEmpty());
            if (!empty) {
                map.put(name, value);
            }
        }
    }
}
