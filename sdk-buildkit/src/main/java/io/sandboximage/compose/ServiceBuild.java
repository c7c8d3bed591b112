package io.sandboximage.compose;

import io.sandboximage.compose.internal.GoText;
import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code build} of a service, each attribute in the form that bake has it in. Immutable. */
final class ServiceBuild {
    private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([kmgtp]?)(?:i?b)?");
    private static final String UNITS = "kmgtp";
    private static final int STEP_BITS = 10;

    private final String path;
    private final Map<String, Object> members;

    ServiceBuild(String path, Map<String, Object> members) {
        this.path = path;
        this.members = members;
    }

    String context() {
        return text("context").orElse(".");
    }

    Optional<String> dockerfile() {
        return text("dockerfile");
    }

    Optional<String> dockerfileInline() {
        return text("dockerfile_inline");
    }

    Optional<String> target() {
        return text("target");
    }

    Optional<String> network() {
        return text("network");
    }

    List<String> platforms() {
        return list("platforms");
    }

    List<String> tags() {
        return list("tags");
    }

    List<String> cacheFrom() {
        return list("cache_from");
    }

    List<String> cacheTo() {
        return list("cache_to");
    }

    List<String> entitlements() {
        return list("entitlements");
    }

    boolean privileged() {
        return isSet("privileged");
    }

    boolean pull() {
        return isSet("pull");
    }

    boolean noCache() {
        return isSet("no_cache");
    }

    /** An empty value for those that the environment may have. */
    Map<String, Optional<String>> args() {
        Map<String, Optional<String>> args = new TreeMap<>();
        Object value = members.get("args");
        if (value instanceof List<?>) {
            for (String entry : list("args")) {
                String[] parts = entry.split("=", 2);
                args.put(parts[0], parts.length == 1 ? Optional.empty() : Optional.of(parts[1]));
            }
        } else {
            map("args")
                    .forEach((name, arg) -> args.put(
                            name,
                            arg == null ? Optional.empty() : Optional.of(GoText.of(arg, path + ".args." + name))));
        }
        return args;
    }

    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        Object value = members.get("labels");
        if (value instanceof List<?>) {
            for (String entry : list("labels")) {
                String[] parts = entry.split("=", 2);
                labels.put(parts[0], parts.length == 1 ? "" : parts[1]);
            }
        } else {
            map("labels").forEach((name, label) -> labels.put(name, textOf(label, path + ".labels." + name)));
        }
        return labels;
    }

    /** Directories not yet absolute. */
    Map<String, String> additionalContexts() {
        Map<String, String> contexts = new TreeMap<>();
        if (members.get("additional_contexts") instanceof List<?>) {
            for (String entry : list("additional_contexts")) {
                String[] parts = entry.split("=", 2);
                contexts.put(parts[0], parts.length == 1 ? "" : parts[1]);
            }
            return contexts;
        }
        map("additional_contexts")
                .forEach((name, context) -> contexts.put(name, textOf(context, path + ".additional_contexts." + name)));
        return contexts;
    }

    /** Paths not yet absolute; none for an agent. */
    Map<String, Optional<String>> ssh() {
        Map<String, Optional<String>> keys = new LinkedHashMap<>();
        map("ssh")
                .forEach((id, key) -> keys.put(
                        id, key == null ? Optional.empty() : Optional.of(GoText.of(key, path + ".ssh." + id))));
        return keys;
    }

    Map<String, String> extraHosts() {
        Map<String, List<String>> hosts = new TreeMap<>();
        Object value = members.get("extra_hosts");
        if (value instanceof List<?>) {
            for (String entry : list("extra_hosts")) {
                int at = entry.indexOf('=') >= 0 ? entry.indexOf('=') : entry.indexOf(':');
                if (at < 0) {
                    throw new InvalidRequestException("invalid additional host, missing IP: " + entry);
                }
                hosts.computeIfAbsent(entry.substring(0, at), any -> new ArrayList<>())
                        .addAll(List.of(entry.substring(at + 1).split(",", -1)));
            }
        } else {
            map("extra_hosts")
                    .forEach((host, address) -> hosts.put(
                            host,
                            address instanceof List<?>
                                    ? ProjectSyntax.list(address, path + ".extra_hosts")
                                    : List.of(textOf(address, path + ".extra_hosts"))));
        }
        Map<String, String> joined = new TreeMap<>();
        hosts.forEach((host, addresses) -> {
            if (host.isEmpty() || host.contains(":") || host.contains("=")) {
                throw new InvalidRequestException("bad host name '" + host + "'");
            }
            joined.put(
                    host,
                    String.join(
                            ",",
                            addresses.stream()
                                    .map(ServiceBuild::withoutBrackets)
                                    .toList()));
        });
        return joined;
    }

    List<String> ulimits() {
        List<String> limits = new ArrayList<>();
        map("ulimits").forEach((name, limit) -> {
            if (limit instanceof Map<?, ?> both) {
                limits.add(name + "=" + number(both.get("soft")) + ":" + number(both.get("hard")));
            } else {
                limits.add(name + "=" + number(limit));
            }
        });
        return limits;
    }

    /** In bytes. */
    Optional<Long> shmSize() {
        return text("shm_size").map(size -> {
            Matcher matcher = SIZE.matcher(size.toLowerCase(Locale.ROOT).strip());
            if (!matcher.matches()) {
                throw new InvalidRequestException(path + ".shm_size: invalid size: '" + size + "'");
            }
            int unit = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
            return (long) (Double.parseDouble(matcher.group(1)) * (1L << (STEP_BITS * unit)));
        });
    }

    /** Names of the project's secrets by the ids that they get. */
    Map<String, String> secrets() {
        Map<String, String> secrets = new LinkedHashMap<>();
        Object value = members.get("secrets");
        if (value != null && !(value instanceof List<?>)) {
            throw new InvalidRequestException(path + ".secrets must be a list");
        }
        for (Object entry : value == null ? List.of() : (List<?>) value) {
            if (entry instanceof Map<?, ?> mount) {
                ProjectSyntax.requireKnown(
                        ProjectSyntax.map(mount, path + ".secrets"),
                        path + ".secrets",
                        "source|target|uid|gid|mode|x-.*");
                String source = textOf(mount.get("source"), path + ".secrets");
                secrets.put(mount.get("target") == null ? source : textOf(mount.get("target"), path), source);
            } else {
                secrets.put(GoText.of(entry, path + ".secrets"), GoText.of(entry, path + ".secrets"));
            }
        }
        return secrets;
    }

    /** Statements about the image, as bake takes them. */
    List<String> attestations() {
        List<String> attestations = new ArrayList<>();
        for (String type : List.of("provenance", "sbom")) {
            String value = text(type).orElse("false");
            if (!value.equals("false")) {
                attestations.add("type=" + type + (value.equals("true") ? "" : "," + value));
            }
        }
        return attestations;
    }

    private boolean isSet(String member) {
        String value = text(member).orElse("false").toLowerCase(Locale.ROOT);
        return switch (value) {
            case "true", "y", "yes", "on" -> true;
            case "false", "n", "no", "off" -> false;
            default -> throw new InvalidRequestException(path + "." + member + ": invalid boolean: " + value);
        };
    }

    private String number(@Nullable Object limit) {
        String text = GoText.of(limit, path + ".ulimits");
        if (!text.matches("-?[0-9]{1,18}")) {
            throw new InvalidRequestException(path + ".ulimits: " + text + " is no number");
        }
        return text;
    }

    private Optional<String> text(String member) {
        Object value = members.get(member);
        return value == null
                ? Optional.empty()
                : Optional.of(GoText.of(value, path + "." + member)).filter(text -> !text.isEmpty());
    }

    private List<String> list(String member) {
        return ProjectSyntax.list(members.get(member), path + "." + member);
    }

    private Map<String, Object> map(String member) {
        return ProjectSyntax.map(members.get(member), path + "." + member);
    }

    private static String textOf(@Nullable Object value, String where) {
        return value == null ? "" : GoText.of(value, where);
    }

    private static String withoutBrackets(String address) {
        return address.startsWith("[") && address.endsWith("]") && address.length() > 2
                ? address.substring(1, address.length() - 1)
                : address;
    }
}
