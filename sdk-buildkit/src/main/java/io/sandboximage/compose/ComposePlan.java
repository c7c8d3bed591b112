package io.sandboximage.compose;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The images that one {@code docker compose build} makes, as compose itself resolves them: with its variables, profiles, merged
 * files and flags. Immutable.
 *
 * @param targets in an order in which each comes after those that it is built from
 * @param notUnderstood what the model has and this SDK does not know, each with its place; whoever ignores it would build
 *     something else than compose does
 * @see <a href="https://docs.docker.com/build/bake/reference/">Bake file reference</a>
 */
public record ComposePlan(List<ComposeTarget> targets, List<String> notUnderstood) {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final Set<String> KNOWN = Set.of("group", "target");

    public ComposePlan {
        targets = List.copyOf(targets);
        notUnderstood = List.copyOf(notUnderstood);
    }

    /**
     * Reads what {@code docker compose build --print} writes; nothing, where there is nothing to build.
     *
     * @throws InvalidContentException if it is not that
     * @throws InvalidRequestException if images are built from each other in a circle
     */
    public static ComposePlan parse(byte[] bakeFile) {
        if (new String(bakeFile, StandardCharsets.UTF_8).isBlank()) {
            return new ComposePlan(List.of(), List.of());
        }
        JsonView file = JsonView.parse(bakeFile, MAX_BYTES, "compose build model");
        List<String> unknown = new ArrayList<>();
        file.members().keySet().stream().filter(key -> !KNOWN.contains(key)).forEach(unknown::add);
        JsonView described = file.object("target").orElse(new JsonView(Map.of(), "compose build model"));
        Map<String, ComposeTarget> all = new TreeMap<>();
        described
                .members()
                .keySet()
                .forEach(name -> all.put(name, new ComposeTarget(name, described.requireObject(name))));
        // Services that those of the command line merely depend on are described too, and not built.
        List<ComposeTarget> targets = inOrder(all, wanted(file).orElseGet(all::keySet));
        targets.forEach(
                target -> target.notUnderstood().forEach(key -> unknown.add("target." + target.name() + "." + key)));
        return new ComposePlan(targets, unknown);
    }

    private static Optional<Collection<String>> wanted(JsonView file) {
        return file.object("group")
                .flatMap(groups -> groups.object("default"))
                .map(group -> new TreeSet<>(group.strings("targets")));
    }

    /** @throws InvalidRequestException if there is something that this SDK does not understand */
    public ComposePlan requireUnderstood() {
        if (!notUnderstood.isEmpty()) {
            throw new InvalidRequestException("The compose project uses what the SDK does not know: "
                    + String.join(", ", notUnderstood) + ". Build it with docker compose itself");
        }
        return this;
    }

    private static List<ComposeTarget> inOrder(Map<String, ComposeTarget> targets, Collection<String> wanted) {
        Set<String> ordered = new LinkedHashSet<>();
        wanted.forEach(name -> visit(name, targets, ordered, new LinkedHashSet<>()));
        return ordered.stream().map(targets::get).toList();
    }

    private static void visit(
            String name, Map<String, ComposeTarget> targets, Set<String> ordered, LinkedHashSet<String> path) {
        if (ordered.contains(name)) {
            return;
        }
        if (!path.add(name)) {
            List<String> circle = new ArrayList<>(path);
            circle.add(name);
            throw new InvalidRequestException("Compose services are built from each other in a circle: "
                    + String.join(" → ", circle.subList(circle.indexOf(name), circle.size())));
        }
        ComposeTarget target = targets.get(name);
        if (target == null) {
            throw new InvalidContentException("The compose build model names the target \"" + name + "\" and lacks it");
        }
        target.dependencies().forEach(dependency -> visit(dependency, targets, ordered, path));
        path.remove(name);
        ordered.add(name);
    }

    /** By name, in order. */
    Map<String, ComposeTarget> byName() {
        Map<String, ComposeTarget> map = new LinkedHashMap<>();
        targets.forEach(target -> map.put(target.name(), target));
        return Collections.unmodifiableMap(map);
    }
}
