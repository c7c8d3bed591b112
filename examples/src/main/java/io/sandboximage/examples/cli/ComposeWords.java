package io.sandboximage.examples.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The words after {@code sandbox-image compose}. Besides what {@code docker compose} takes, options of the project may stand after
 * the command too, where compose knows none of their names, and so may {@code --json} and {@code --debug}.
 *
 * @param project options of the project that stand after {@code build}
 */
record ComposeWords(List<String> words, List<String> project, boolean json, boolean debug) {
    private static final String BUILD = "build";
    private static final String PROGRESS = "--progress";
    private static final String JSON = "--json";
    private static final String DEBUG = "--debug";
    private static final Set<String> OF_PROJECT =
            Set.of("-f", "--file", "-p", "--project-name", "--project-directory", "--env-file", "--profile");
    private static final Set<String> MORE_WITH_VALUE = Set.of(PROGRESS, "--parallel", "--ansi");

    static ComposeWords of(List<String> given) {
        int command = command(given);
        if (command == given.size() || !given.get(command).equals(BUILD)) {
            return new ComposeWords(given, List.of(), false, false);
        }
        List<String> words = new ArrayList<>(given.subList(0, command + 1));
        List<String> project = new ArrayList<>();
        for (int i = command + 1; i < given.size(); i++) {
            String word = given.get(i);
            String name = word.split("=", 2)[0];
            if (OF_PROJECT.contains(name)) {
                project.add(word);
                if (name.equals(word) && i + 1 < given.size()) {
                    project.add(given.get(++i));
                }
            } else if (!word.equals(JSON) && !word.equals(DEBUG)) {
                words.add(word);
            }
        }
        List<String> options = given.subList(command, given.size());
        return new ComposeWords(words, project, options.contains(JSON), options.contains(DEBUG));
    }

    /** The first word that is neither an option nor the value of one. */
    private static int command(List<String> words) {
        int at = 0;
        while (at < words.size() && words.get(at).startsWith("-")) {
            boolean withValue = OF_PROJECT.contains(words.get(at)) || MORE_WITH_VALUE.contains(words.get(at));
            at += withValue ? 2 : 1;
        }
        return Math.min(at, words.size());
    }

    /** @param mode what was asked for before the words */
    List<String> forCompose(ProgressMode mode) {
        List<String> all = new ArrayList<>();
        if (mode != ProgressMode.auto && progress().isEmpty()) {
            all.addAll(List.of(PROGRESS, (mode == ProgressMode.rawjson ? ProgressMode.json : mode).name()));
        }
        all.addAll(project);
        all.addAll(words);
        return all;
    }

    /** What the words say of progress; values that we do not know are compose's. */
    Optional<ProgressMode> progress() {
        Optional<ProgressMode> mode = Optional.empty();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("-q") || word.equals("--quiet")) {
                mode = Optional.of(ProgressMode.quiet);
            } else if (word.equals(PROGRESS) && i + 1 < words.size()) {
                mode = mode(words.get(i + 1));
            } else if (word.startsWith(PROGRESS + "=")) {
                mode = mode(word.substring(PROGRESS.length() + 1));
            }
        }
        return mode;
    }

    private static Optional<ProgressMode> mode(String name) {
        return Arrays.stream(ProgressMode.values())
                .filter(mode -> mode.name().equals(name))
                .findFirst();
    }
}
