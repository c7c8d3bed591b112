package io.sandboximage.examples.docker;

import io.sandboximage.examples.cli.BuildOutputs;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a build's result.
 *
 * @param files {@code --output} with files, one at most
 * @param push into the registry too; the image is in the engine then as well, as docker has it
 */
record BuildTarget(Optional<String> files, boolean push) {
    /** With docker's own builder all of these mean an image in the engine. */
    private static final Set<String> IN_ENGINE = Set.of("type=docker", "type=image");

    private static final String PUSH = "type=registry";

    /** @return empty for what only docker itself can make, and for combinations that it refuses */
    static Optional<BuildTarget> of(List<String> outputs, boolean load, boolean push) {
        if (outputs.size() + (load ? 1 : 0) + (push ? 1 : 0) > 1) {
            return Optional.empty();
        }
        if (outputs.isEmpty()) {
            return Optional.of(new BuildTarget(Optional.empty(), push));
        }
        String output = outputs.get(0);
        if (IN_ENGINE.contains(output) || output.equals(PUSH)) {
            return Optional.of(new BuildTarget(Optional.empty(), output.equals(PUSH)));
        }
        boolean place = !output.contains("=") && !output.contains(",");
        boolean typed = output.matches("type=(local|tar),dest=[^,=\"]+");
        return place || typed ? Optional.of(new BuildTarget(Optional.of(output), false)) : Optional.empty();
    }

    /** Whether an image comes into the engine. */
    boolean image() {
        return files.isEmpty();
    }

    BuildOutputs outputs(List<String> tags, OutputStream standardOutput) {
        return BuildOutputs.of(files.map(List::of).orElse(List.of()), tags, push, standardOutput);
    }
}
