package io.sandboximage.compose;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The words of a {@code docker compose … build …} command line, read as compose reads them. Whatever is not known here, or does
 * something else than a plain build, leaves the line to compose itself. Immutable.
 *
 * @param services all if empty
 */
record ComposeOptions(ComposeGlobals globals, ComposeBuildFlags flags, List<String> services) {
    private static final String BUILD = "build";
    /** Options before the command that take a value, in this or the next argument. */
    private static final Map<String, String> GLOBAL_WITH_VALUE = Map.ofEntries(
            Map.entry("-f", "--file"),
            Map.entry("--file", "--file"),
            Map.entry("-p", "--project-name"),
            Map.entry("--project-name", "--project-name"),
            Map.entry("--project-directory", "--project-directory"),
            Map.entry("--env-file", "--env-file"),
            Map.entry("--profile", "--profile"),
            Map.entry("--parallel", "--parallel"),
            Map.entry("--progress", "--progress"),
            Map.entry("--ansi", "--ansi"));

    private static final Map<String, String> BUILD_WITH_VALUE =
            Map.of("--build-arg", "--build-arg", "--ssh", "--ssh", "--progress", "--progress");
    private static final Map<String, String> GLOBAL_SWITCHES =
            Map.of("--compatibility", "--compatibility", "--all-resources", "--all-resources");
    /**
     * The last four do nothing. Absent on purpose: {@code --push}, {@code --sbom}, {@code --provenance} and {@code --builder},
     * which compose 2.40 leaves out of the plan that it prints; {@code --check}, {@code --dry-run}, {@code --print},
     * {@code --memory} and help, which build something else or nothing.
     */
    private static final Map<String, String> BUILD_SWITCHES = Map.of(
            "-q", "--quiet",
            "--quiet", "--quiet",
            "--pull", "--pull",
            "--no-cache", "--no-cache",
            "--with-dependencies", "--with-dependencies",
            "--parallel", "--parallel",
            "--compress", "--compress",
            "--force-rm", "--force-rm",
            "--no-rm", "--no-rm");

    ComposeOptions {
        services = List.copyOf(services);
    }

    /** @return empty if compose has to do this itself */
    static Optional<ComposeOptions> parse(List<String> words) {
        Scanner global = new Scanner(words, GLOBAL_WITH_VALUE, GLOBAL_SWITCHES);
        if (!global.readUntilCommand() || !global.command().equals(BUILD)) {
            return Optional.empty();
        }
        Scanner build = new Scanner(global.rest(), BUILD_WITH_VALUE, BUILD_SWITCHES);
        return build.readAll()
                ? Optional.of(new ComposeOptions(
                        ComposeGlobals.of(global.read), ComposeBuildFlags.of(build.read), build.others))
                : Optional.empty();
    }

    /** Options by their long names, each with its values in order; switches have {@code true} or {@code false}. */
    record Read(Map<String, List<String>> values) {
        List<String> all(String name) {
            return values.getOrDefault(name, List.of());
        }

        Optional<String> last(String name) {
            List<String> given = all(name);
            return given.isEmpty() ? Optional.empty() : Optional.of(given.get(given.size() - 1));
        }

        boolean isSet(String name) {
            return last(name).filter(value -> value.equals("true")).isPresent();
        }
    }

    private static final class Scanner {
        /** What the switches' parser of compose's language takes for yes and no. */
        private static final Set<String> YES = Set.of("1", "t", "T", "true", "TRUE", "True");

        private static final Set<String> NO = Set.of("0", "f", "F", "false", "FALSE", "False");

        private final List<String> words;
        private final Map<String, String> withValue;
        private final Map<String, String> switches;
        private final Read read = new Read(new LinkedHashMap<>());
        private final List<String> others = new ArrayList<>();
        private int at;

        Scanner(List<String> words, Map<String, String> withValue, Map<String, String> switches) {
            this.words = words;
            this.withValue = withValue;
            this.switches = switches;
        }

        /** Stops at the first word that is no option. */
        boolean readUntilCommand() {
            while (at < words.size() && words.get(at).startsWith("-")) {
                if (!option()) {
                    return false;
                }
            }
            return at < words.size();
        }

        boolean readAll() {
            while (at < words.size()) {
                if (!words.get(at).startsWith("-")) {
                    others.add(words.get(at++));
                } else if (!option()) {
                    return false;
                }
            }
            return true;
        }

        String command() {
            return words.get(at);
        }

        List<String> rest() {
            return words.subList(at + 1, words.size());
        }

        private boolean option() {
            String word = words.get(at++);
            boolean longForm = word.startsWith("--");
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (withValue.containsKey(name) && (equals < 0 || longForm)) {
                if (equals < 0 && at == words.size()) {
                    return false;
                }
                return add(withValue.get(name), equals < 0 ? words.get(at++) : word.substring(equals + 1));
            }
            if (!longForm && word.length() > 2 && withValue.containsKey(word.substring(0, 2))) {
                // -fFILE, and -f=FILE for the same.
                String value = word.substring(2);
                return add(withValue.get(word.substring(0, 2)), value.startsWith("=") ? value.substring(1) : value);
            }
            if (!switches.containsKey(name)) {
                return false;
            }
            String value = equals < 0 ? "true" : word.substring(equals + 1);
            return (YES.contains(value) || NO.contains(value))
                    && add(switches.get(name), String.valueOf(YES.contains(value)));
        }

        private boolean add(@Nullable String name, String value) {
            read.values
                    .computeIfAbsent(requireNonNull(name), any -> new ArrayList<>())
                    .add(value);
            return true;
        }
    }
}
