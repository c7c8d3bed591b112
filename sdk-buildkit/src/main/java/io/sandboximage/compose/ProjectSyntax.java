package io.sandboximage.compose;

import io.sandboximage.compose.internal.GoText;
import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may stand in a compose file, and the one form for what has several. */
final class ProjectSyntax {
    private static final String INSTALL = "Install Docker's command line with its compose plugin, which reads it";
    private static final String SERVICE = "annotations|attach|blkio_config|build|cap_add|cap_drop|cgroup|cgroup_parent"
            + "|command|configs|container_name|cpu_count|cpu_percent|cpu_period|cpu_quota|cpu_rt_period|cpu_rt_runtime"
            + "|cpu_shares|cpus|cpuset|credential_spec|depends_on|deploy|develop|device_cgroup_rules|devices|dns|dns_opt"
            + "|dns_search|domainname|entrypoint|env_file|environment|expose|external_links|extra_hosts|gpus|group_add"
            + "|healthcheck|hostname|image|init|ipc|isolation|label_file|labels|links|logging|mac_address|mem_limit"
            + "|mem_reservation|mem_swappiness|memswap_limit|models|network_mode|networks|oom_kill_disable|oom_score_adj"
            + "|pid|pids_limit|platform|ports|post_start|pre_stop|privileged|profiles|provider|pull_policy"
            + "|pull_refresh_after|read_only|restart|runtime|scale|secrets|security_opt|shm_size|stdin_open"
            + "|stop_grace_period|stop_signal|storage_opt|sysctls|tmpfs|tty|ulimits|use_api_socket|user|userns_mode|uts"
            + "|volumes|volumes_from|working_dir|x-.*";
    private static final String BUILD = "additional_contexts|args|cache_from|cache_to|context|dockerfile"
            + "|dockerfile_inline|entitlements|extra_hosts|isolation|labels|network|no_cache|platforms|privileged"
            + "|provenance|pull|sbom|secrets|shm_size|ssh|tags|target|ulimits|x-.*";
    private static final String SECRET =
            "name|environment|file|external|labels|driver|driver_opts|template_driver|x-.*";
    /** Of a service only these matter to builds; the rest is not even merged. */
    private static final Set<String> MATTERING = Set.of(
            "build",
            "cgroup",
            "depends_on",
            "image",
            "ipc",
            "links",
            "network_mode",
            "pid",
            "platform",
            "profiles",
            "provider",
            "uts",
            "volumes_from");

    private ProjectSyntax() {}

    /** @throws InvalidRequestException if a member has another name */
    static void requireKnown(Map<String, Object> map, String path, String names) {
        map.keySet().stream().filter(name -> !name.matches(names)).findFirst().ifPresent(name -> {
            throw notKnown(path.isEmpty() ? name : path + "." + name);
        });
    }

    static InvalidRequestException notKnown(String path) {
        return new InvalidRequestException(
                "The compose project uses " + path + ", which the SDK does not read itself. " + INSTALL);
    }

    /** Services and secrets of one file. */
    static Map<String, Object> canonical(Map<String, Object> file) {
        Map<String, Object> services = new LinkedHashMap<>();
        map(file.get("services"), "services").forEach((name, members) -> {
            String path = "services." + name;
            if (!name.matches("[a-zA-Z0-9._-]+")) {
                throw new InvalidRequestException("additional properties '" + name
                        + "' not allowed: a service's name has" + " letters, digits, dots, dashes and underscores");
            }
            services.put(name, service(map(members, path), path));
        });
        Map<String, Object> secrets = new LinkedHashMap<>();
        map(file.get("secrets"), "secrets").forEach((name, members) -> {
            Map<String, Object> secret = map(members, "secrets." + name);
            requireKnown(secret, "secrets." + name, SECRET);
            secrets.put(name, secret);
        });
        return new LinkedHashMap<>(Map.of("services", services, "secrets", secrets));
    }

    private static Map<String, Object> service(Map<String, Object> members, String path) {
        requireKnown(members, path, SERVICE);
        Map<String, Object> service = new LinkedHashMap<>(members);
        service.keySet().retainAll(MATTERING);
        service.computeIfPresent("build", (name, build) -> build(build, path + ".build"));
        service.computeIfPresent("depends_on", (name, list) -> dependencies(list, path + ".depends_on"));
        return service;
    }

    private static Map<String, Object> build(Object value, String path) {
        if (value instanceof String context) {
            return new LinkedHashMap<>(Map.of("context", context));
        }
        Map<String, Object> build = new LinkedHashMap<>(map(value, path));
        requireKnown(build, path, BUILD);
        build.computeIfPresent("ssh", (name, keys) -> ssh(keys, path + ".ssh"));
        build.computeIfPresent("additional_contexts", (name, list) -> contexts(list, path + ".additional_contexts"));
        return build;
    }

    private static Map<String, Object> dependencies(Object value, String path) {
        if (!(value instanceof List<?> list)) {
            return map(value, path);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        list.forEach(name -> map.put(GoText.of(name, path), new LinkedHashMap<>()));
        return map;
    }

    private static Map<String, Object> ssh(Object value, String path) {
        if (!(value instanceof List<?> list)) {
            return map(value, path);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Object entry : list) {
            String[] parts = GoText.of(entry, path).split("=", 2);
            if (parts.length == 1 && !parts[0].equals("default")) {
                throw new InvalidRequestException("invalid ssh key \"" + parts[0] + "\"");
            }
            map.put(parts[0], parts.length == 1 ? null : parts[1]);
        }
        return map(map, path);
    }

    private static Map<String, Object> contexts(Object value, String path) {
        if (!(value instanceof List<?> list)) {
            return map(value, path);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (Object entry : list) {
            String[] parts = GoText.of(entry, path).split("=", 2);
            if (parts.length == 1) {
                throw new InvalidRequestException(path + ": invalid value " + parts[0] + ", expected key=value");
            }
            map.put(parts[0], parts[1]);
        }
        return map;
    }

    /** Empty for nothing. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(@Nullable Object value, String path) {
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new InvalidRequestException(path + " must be a mapping");
    }

    /** Texts of a list, or one text; empty for nothing. */
    static List<String> list(@Nullable Object value, String path) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new InvalidRequestException(path + " must be a list");
        }
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(GoText.of(element, path)));
        return texts;
    }
}
