package io.sandboximage.compose;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Variables of the environment by which compose builds otherwise than its plan tells. */
final class ComposeEnvironment {
    private static final Set<String> NO = Set.of("0", "f", "false");

    /** What buildx, which compose builds with, adds to builds by these is not in the plan. */
    private static final List<String> BUILDX_ONLY = List.of("EXPERIMENTAL_BUILDKIT_SOURCE_POLICY", "BUILDX_GIT_LABELS");

    private ComposeEnvironment() {}

    /** Why compose has to run the command itself; empty if nothing is against the plan. */
    static Optional<String> obstacle(ComposeGlobals globals, Map<String, String> environment) {
        if (globals.files().contains(ComposeGlobals.STANDARD_INPUT) || filesOf(environment)) {
            return Optional.of("the project comes from standard input, which can be read only once");
        }
        for (String builder : List.of("DOCKER_BUILDKIT", "COMPOSE_BAKE")) {
            if (NO.contains(environment.getOrDefault(builder, "").toLowerCase(Locale.ROOT))) {
                return Optional.of(builder + " asks for another builder");
            }
        }
        return BUILDX_ONLY.stream()
                .filter(environment::containsKey)
                .map(name -> name + " is set")
                .findFirst();
    }

    private static boolean filesOf(Map<String, String> environment) {
        String separator = environment.getOrDefault("COMPOSE_PATH_SEPARATOR", File.pathSeparator);
        String files = environment.getOrDefault("COMPOSE_FILE", "");
        return files.equals(ComposeGlobals.STANDARD_INPUT)
                || (!separator.isEmpty()
                        && Arrays.asList(files.split(Pattern.quote(separator)))
                                .contains(ComposeGlobals.STANDARD_INPUT));
    }
}
