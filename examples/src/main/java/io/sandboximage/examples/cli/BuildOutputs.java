package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.error.InvalidRequestException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** What is made of the result: {@code --output}, and {@code --push} as short for one. */
public record BuildOutputs(List<BuildExport> exports) {
    private static final String CACHE_ONLY = "cacheonly";
    private static final String IMAGE = "image";
    private static final String PUSH = "push";

    public static BuildOutputs of(List<String> outputs, List<String> tags, boolean push, OutputStream standardOutput) {
        List<BuildExport> exports = new ArrayList<>();
        for (String text : outputs) {
            BuildExport export = BuildExport.parse(text, standardOutput);
            if (!export.type().equals(CACHE_ONLY)) {
                exports.add(export);
            }
        }
        if (push) {
            push(exports);
        }
        for (BuildExport export : exports) {
            boolean pushed = export.attributes().containsKey(PUSH);
            if (pushed && tags.isEmpty() && !export.attributes().containsKey("name")) {
                throw new InvalidRequestException("A tag is needed to push to a registry: give -t REGISTRY/NAME:TAG");
            }
        }
        BuildOutputs plan = new BuildOutputs(List.copyOf(exports));
        if (exports.stream().filter(BuildOutputs::toStream).count() > 1) {
            throw new InvalidRequestException("Standard output takes one output, not several");
        }
        return plan;
    }

    boolean usesStandardOutput() {
        return exports.stream().anyMatch(BuildOutputs::toStream);
    }

    /** An image that is exported anyway is pushed; else the push is an export of its own. */
    private static void push(List<BuildExport> exports) {
        for (int i = 0; i < exports.size(); i++) {
            if (exports.get(i).type().equals(IMAGE)) {
                exports.set(i, exports.get(i).attribute(PUSH, "true"));
                return;
            }
        }
        exports.add(BuildExport.image().attribute(PUSH, "true"));
    }

    private static boolean toStream(BuildExport export) {
        return export.target() instanceof BuildExport.Target.Stream;
    }
}
