package io.sandboximage.examples.docker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One of {@code command-lines.txt}.
 *
 * @param shell as the shell reads it
 */
record CommandLine(Who who, String shell) {
    enum Who {
        DOCKER,
        BUILD,
        COMPOSE,
        VALUES
    }

    static List<CommandLine> all() throws IOException {
        try (InputStream in = Objects.requireNonNull(CommandLine.class.getResourceAsStream("command-lines.txt"))) {
            List<CommandLine> lines = new ArrayList<>();
            // A line that does not begin with a word and a bar goes on with the one before.
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                int bar = line.indexOf('|');
                if (bar > 0 && line.substring(0, bar).matches("[a-z]+ +")) {
                    String who = line.substring(0, bar).strip();
                    lines.add(new CommandLine(who(who), line.substring(bar + 1).strip()));
                } else if (!line.isEmpty() && !line.startsWith("#")) {
                    CommandLine last = lines.remove(lines.size() - 1);
                    lines.add(new CommandLine(last.who(), last.shell() + "\n" + line));
                }
            }
            return lines;
        }
    }

    private static Who who(String word) {
        return switch (word) {
            case "docker" -> Who.DOCKER;
            case "build" -> Who.BUILD;
            case "compose" -> Who.COMPOSE;
            case "values" -> Who.VALUES;
            default -> throw new IllegalArgumentException(word);
        };
    }

    @Override
    public String toString() {
        return "docker " + shell;
    }
}
