package io.sandboximage.examples.docker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line of {@code docker}, as far as the command: docker's own flags have become the variables that mean the same.
 *
 * @param environment that of the process, with what the flags say in it
 * @param rest what follows the command
 */
record DockerWords(Map<String, String> environment, Command command, List<String> rest) {
    private static final String HOST = "DOCKER_HOST";
    private static final String CONTEXT = "DOCKER_CONTEXT";
    private static final String DEFAULT_CONTEXT = "default";

    enum Command {
        BUILD,
        COMPOSE
    }

    /** @return empty for every other command, and for flags that are not known here or contradict each other */
    static Optional<DockerWords> parse(List<String> words, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(environment);
        boolean placed = false;
        int at = 0;
        while (at < words.size() && words.get(at).startsWith("-")) {
            Optional<Flag> flag = Flag.at(words, at, DockerWords::longName);
            if (flag.isEmpty() || flag.get().value().isEmpty()) {
                return Optional.empty();
            }
            String value = flag.get().value();
            switch (flag.get().name()) {
                case "config" -> variables.put("DOCKER_CONFIG", value);
                case "context", "host" -> {
                    if (placed) {
                        return Optional.empty();
                    }
                    placed = true;
                    place(flag.get().name(), value, variables);
                }
                case "log-level" -> {}
                default -> {
                    return Optional.empty();
                }
            }
            at = flag.get().next();
        }
        return command(words.subList(at, words.size()), Map.copyOf(variables));
    }

    private static Optional<String> longName(char shortName) {
        return switch (shortName) {
            case 'c' -> Optional.of("context");
            case 'H' -> Optional.of("host");
            case 'l' -> Optional.of("log-level");
            default -> Optional.empty();
        };
    }

    private static void place(String flag, String value, Map<String, String> variables) {
        if (flag.equals("host")) {
            variables.put(HOST, value);
            variables.remove(CONTEXT);
        } else {
            variables.put(CONTEXT, value);
            // The default context is what DOCKER_HOST says, where it says something.
            if (!value.equals(DEFAULT_CONTEXT)) {
                variables.remove(HOST);
            }
        }
    }

    private static Optional<DockerWords> command(List<String> words, Map<String, String> environment) {
        String first = words.isEmpty() ? "" : words.get(0);
        String second = words.size() < 2 ? "" : words.get(1);
        return switch (first) {
            case "build" -> Optional.of(new DockerWords(environment, Command.BUILD, words.subList(1, words.size())));
            case "compose" ->
                Optional.of(new DockerWords(environment, Command.COMPOSE, words.subList(1, words.size())));
            case "image", "builder", "buildx" -> {
                boolean build = second.equals("build") || (first.equals("buildx") && second.equals("b"));
                yield build
                        ? Optional.of(new DockerWords(environment, Command.BUILD, words.subList(2, words.size())))
                        : Optional.empty();
            }
            default -> Optional.empty();
        };
    }
}
