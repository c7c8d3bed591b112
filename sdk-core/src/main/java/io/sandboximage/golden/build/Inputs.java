package io.sandboximage.golden.build;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.golden.GoldenGeneration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The states of a project's inputs, as labels of its generations. */
final class Inputs {
    private static final String PREFIX = "input ";

    private Inputs() {}

    /** Taken before a build begins: what changes during it counts as changed after it. */
    static Map<String, String> labels(List<GoldenInput> inputs) {
        Map<String, String> labels = new LinkedHashMap<>();
        inputs.forEach(input -> labels.put(PREFIX + input.name(), input.state()));
        return labels;
    }

    static GoldenStaleness compare(List<GoldenInput> inputs, Optional<GoldenGeneration> generation) {
        Map<String, String> built = generation.map(GoldenGeneration::labels).orElse(Map.of());
        List<GoldenStaleness.Change> changes = new ArrayList<>();
        TreeSet<String> gone = new TreeSet<>();
        built.keySet().stream()
                .filter(label -> label.startsWith(PREFIX))
                .forEach(label -> gone.add(label.substring(PREFIX.length())));
        for (GoldenInput input : inputs) {
            gone.remove(input.name());
            Optional<String> before = Optional.ofNullable(built.get(PREFIX + input.name()));
            change(input, before).ifPresent(changes::add);
        }
        gone.forEach(name -> changes.add(new GoldenStaleness.Change(
                name, Optional.ofNullable(built.get(PREFIX + name)), Optional.empty(), "is no input any more")));
        return new GoldenStaleness(generation.map(GoldenGeneration::id), changes);
    }

    private static Optional<GoldenStaleness.Change> change(GoldenInput input, Optional<String> before) {
        try {
            String now = input.state();
            return before.equals(Optional.of(now))
                    ? Optional.empty()
                    : Optional.of(new GoldenStaleness.Change(input.name(), before, Optional.of(now), ""));
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            // Who does not know must not skip a build.
            return Optional.of(
                    new GoldenStaleness.Change(input.name(), before, Optional.empty(), String.valueOf(e.getMessage())));
        }
    }
}
