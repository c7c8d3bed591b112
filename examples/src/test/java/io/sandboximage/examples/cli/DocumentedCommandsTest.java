package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The command line understands what the documents show of it. */
class DocumentedCommandsTest {
    /** A line of a block, with the lines that go on behind a backslash. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^(?:\\w+=\\S+ )*(?:examples/bin/)?sandbox-image ((?:.*\\\\\\n)*.*)$");
    /** A word, quoted or not; or what a shell keeps for itself, as a comment or where output goes. */
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(#.*|[0-9]?[<>].*|\\|.*)|(\\S+)");

    @Test
    void commandsInBlocksAreUnderstood() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path document : documents()) {
            COMMAND.matcher(Files.readString(document)).results().forEach(found -> commands.add(found.group(1)));
        }
        assertThat(commands).hasSizeGreaterThan(20).allMatch(command -> CommandRun.understands(words(command)));
    }

    private static List<Path> documents() throws IOException {
        Path root = Path.of("..");
        try (Stream<Path> pages = Files.list(root.resolve("docs"))) {
            return Stream.concat(Stream.of(root.resolve("README.md")), pages.filter(page -> page.toString()
                            .endsWith(".md")))
                    .toList();
        }
    }

    private static String[] words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command.replace("\\\n", " "));
        while (word.find() && word.group(3) == null) {
            words.add(text(word.toMatchResult()));
        }
        words.remove("…");
        return words.toArray(new String[0]);
    }

    private static String text(MatchResult word) {
        return Stream.of(1, 2, 4)
                .map(word::group)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }
}
