package io.sandboximage.examples.docker;

import io.sandboximage.examples.cli.BuildFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What follows {@code docker build}, where all of it is understood and has the result here that it has there.
 *
 * @param flags about the build itself
 * @param progress empty for docker's default
 */
record BuildWords(
        String context,
        Optional<String> file,
        BuildFlags flags,
        BuildTarget target,
        Optional<Path> idFile,
        boolean quiet,
        Optional<String> progress) {
    private static final Set<String> SWITCHES = Set.of("no-cache", "pull", "load", "push", "quiet");
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");
    /** Their values may be empty. */
    private static final Set<String> TEXTS = Set.of("build-arg", "label");
    /** What these ask for besides is not made here, or not as docker makes it. */
    private static final Map<String, Set<String>> ONLY = Map.of(
            "provenance",
            FALSE,
            "sbom",
            FALSE,
            "call",
            Set.of("build"),
            "progress",
            Set.of("auto", "plain", "tty", "rawjson"));

    private static final Set<String> NEVER = Set.of("attest", "annotation");

    /** @return empty if there is anything that docker itself had better do */
    static Optional<BuildWords> parse(List<String> words) {
        Reading reading = new Reading();
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at);
            if (word.equals("--")) {
                reading.contexts.addAll(words.subList(at + 1, words.size()));
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                reading.contexts.add(word);
                at++;
                continue;
            }
            int next = reading.flag(words, at);
            if (next < 0) {
                return Optional.empty();
            }
            at = next;
        }
        return reading.result();
    }

    private static final class Reading {
        final BuildFlags flags = new BuildFlags();
        final Map<String, String> single = new HashMap<>();
        final List<String> outputs = new ArrayList<>();
        final List<String> contexts = new ArrayList<>();

        /** @return where the next word is; negative if this one is not understood */
        int flag(List<String> words, int at) {
            String word = words.get(at);
            if (word.startsWith("-q") && !word.startsWith("-q=")) {
                single.put("quiet", "true");
                return word.length() == 2 ? at + 1 : -1;
            }
            String bare = word.startsWith("--") ? word.substring(2) : "";
            if (SWITCHES.contains(bare)) {
                return set(bare, "true") ? at + 1 : -1;
            }
            Optional<Flag> flag = Flag.at(words, at, Reading::longName);
            return flag.isPresent() && set(flag.get().name(), flag.get().value())
                    ? flag.get().next()
                    : -1;
        }

        private boolean set(String name, String text) {
            String value = text;
            if (SWITCHES.contains(name)) {
                if (!TRUE.contains(value) && !FALSE.contains(value)) {
                    return false;
                }
                value = Boolean.toString(TRUE.contains(value));
            }
            if ((value.isEmpty() && !TEXTS.contains(name))
                    || NEVER.contains(name)
                    || !ONLY.getOrDefault(name, Set.of(value)).contains(value)) {
                return false;
            }
            return switch (name) {
                case "load", "push", "quiet", "file", "iidfile", "progress", "call" -> {
                    single.put(name, value);
                    yield true;
                }
                case "output" -> outputs.add(value);
                // One image of one platform is what an engine shows under a name.
                case "platform" -> !value.contains(",") && single.put(name, value) == null && flags.set(name, value);
                case "provenance", "sbom" -> flags.set(name, "false");
                default -> flags.set(name, value);
            };
        }

        private static Optional<String> longName(char shortName) {
            return switch (shortName) {
                case 't' -> Optional.of("tag");
                case 'f' -> Optional.of("file");
                case 'o' -> Optional.of("output");
                case 'q' -> Optional.of("quiet");
                default -> Optional.empty();
            };
        }

        private boolean isSet(String name) {
            return Boolean.parseBoolean(single.getOrDefault(name, "false"));
        }

        Optional<BuildWords> result() {
            Optional<BuildTarget> target = BuildTarget.of(outputs, isSet("load"), isSet("push"));
            boolean quiet = isSet("quiet");
            Optional<Path> idFile = Optional.ofNullable(single.get("iidfile")).map(Path::of);
            Optional<String> progress = Optional.ofNullable(single.get("progress"));
            boolean files = target.isPresent() && !target.get().image();
            if (contexts.size() != 1
                    || contexts.get(0).isEmpty()
                    || target.isEmpty()
                    || (quiet && progress.isPresent())
                    || (files && (quiet || idFile.isPresent()))
                    || (target.get().push() && flags.tags().isEmpty())) {
                return Optional.empty();
            }
            return Optional.of(new BuildWords(
                    contexts.get(0),
                    Optional.ofNullable(single.get("file")),
                    flags,
                    target.get(),
                    idFile,
                    quiet,
                    progress));
        }
    }
}
