package io.sandboximage;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run of a pipeline will do, known before anything runs.
 *
 * @param steps in the order of their numbers
 */
public record PipelinePlan(List<PlannedStep> steps) {
    public PipelinePlan {
        steps = List.copyOf(steps);
    }

    /** One line a step, for people. */
    @Override
    public String toString() {
        int width = steps.stream().mapToInt(s -> s.kind().name().length()).max().orElse(0);
        return steps.stream().map(step -> line(step, width)).collect(Collectors.joining("\n"));
    }

    private static String line(PlannedStep step, int width) {
        String kind = step.kind().name().toLowerCase(Locale.ROOT);
        StringBuilder line = new StringBuilder()
                .append(String.format(
                        Locale.ROOT, "%2d  %-" + Math.max(1, width) + "s  %s", step.number(), kind, step.name()));
        if (!step.after().isEmpty()) {
            line.append("  (after ")
                    .append(step.after().stream().map(String::valueOf).collect(Collectors.joining(", ")))
                    .append(')');
        }
        if (!step.required()) {
            line.append("  may fail");
        }
        if (step.finished()) {
            line.append("  done by the run that was broken off");
        }
        return line.toString();
    }
}
