package io.sandboximage.compose;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes plans without compose, for the common part of what compose files may have. */
final class ComposeReader {
    private ComposeReader() {}

    /**
     * What compose would print.
     *
     * @param current the directory of the command line
     * @throws InvalidRequestException if compose would refuse the project, or it has what only compose knows
     */
    static Described describe(ComposeOptions options, Path current, Map<String, String> environment) {
        ProjectModel project = ProjectModel.read(
                ProjectFiles.find(options.globals(), current, environment),
                options.globals().projectName());
        ProjectSelection selection =
                new ProjectSelection(project, options.globals().profiles());
        boolean compatible = options.globals().compatibility()
                || List.of("1", "t", "true", "y", "yes")
                        .contains(project.environment()
                                .getOrDefault("COMPOSE_COMPATIBILITY", "")
                                .toLowerCase(Locale.ROOT));
        Map<String, Object> bake = new BakeFile(project, options.flags(), compatible)
                .of(selection.select(options.services(), options.flags().withDependencies()));
        return new Described(bake, project.environment(), project.messages());
    }

    /**
     * A described build.
     *
     * @param bakeFile the tree of its JSON; empty if there is nothing to build
     * @param environment the project's variables
     * @param messages warnings, a line each
     */
    record Described(Map<String, Object> bakeFile, Map<String, String> environment, String messages) {
        ComposePlan plan() {
            return ComposePlan.parse(Json.write(bakeFile));
        }

        @Override
        public String toString() {
            return "Described[" + bakeFile.keySet() + "]";
        }
    }
}
