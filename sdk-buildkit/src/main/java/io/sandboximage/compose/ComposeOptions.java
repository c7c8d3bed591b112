package io.sandboximage.compose;

import java.util.List;
import java.util.Set;

/** Finds out which command a {@code docker compose} command line is; compose reads the rest. */
final class ComposeOptions {
    private static final String BUILD = "build";
    /** Options before the command that take a value, in this or the next argument. */
    private static final Set<String> WITH_VALUE = Set.of(
            "-f",
            "--file",
            "-p",
            "--project-name",
            "--project-directory",
            "--env-file",
            "--profile",
            "--parallel",
            "--progress",
            "--ansi");

    private static final Set<String> WITHOUT_VALUE = Set.of("--compatibility", "--all-resources");
    /** Options of the command by which it does something else than its plan tells, or does it somewhere else. */
    private static final Set<String> ELSEWHERE = Set.of(
            "--builder",
            "--check",
            "--dry-run",
            "--help",
            "-h",
            "--memory",
            "-m",
            "--print",
            "--",
            // These three are not in the plan that compose 2.40 prints.
            "--provenance",
            "--push",
            "--sbom");

    private ComposeOptions() {}

    /** Whether this builds with the builder that is set; false also for whatever is not known. */
    static boolean isBuild(List<String> arguments) {
        int at = 0;
        while (at < arguments.size()) {
            String argument = arguments.get(at);
            if (!argument.startsWith("-")) {
                return argument.equals(BUILD)
                        && arguments.subList(at, arguments.size()).stream()
                                .noneMatch(option -> ELSEWHERE.contains(option.split("=", 2)[0]));
            }
            if (WITH_VALUE.contains(argument)) {
                at += 2;
            } else if (WITHOUT_VALUE.contains(argument) || carriesValue(argument)) {
                at++;
            } else {
                return false;
            }
        }
        return false;
    }

    /** {@code --file=a}, and {@code -fa} as the short form of it. */
    private static boolean carriesValue(String argument) {
        return argument.startsWith("--")
                ? argument.contains("=") && WITH_VALUE.contains(argument.split("=", 2)[0])
                : argument.length() > 2 && WITH_VALUE.contains(argument.substring(0, 2));
    }
}
