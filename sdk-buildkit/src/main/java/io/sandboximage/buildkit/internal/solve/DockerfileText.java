package io.sandboximage.buildkit.internal.solve;

import io.sandboximage.error.BuildFailedException.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Dockerfile of a build, to find the line at fault where the daemon does not tell it: those before 0.9 send only text. It is
 * found by the step's name, which is its instruction, if one line alone has that.
 */
public record DockerfileText(String name, String text) {
    private static final Pattern PARSE_ERROR = Pattern.compile("parse error (?:on )?line (\\d{1,6})");
    /** For instance {@code [stage 2/3] }. */
    private static final Pattern STEP_PLACE = Pattern.compile("^\\[[^\\]]*\\] ");

    /** Reads it; empty if that fails, which the daemon tells better. */
    public static Optional<DockerfileText> read(Path file) {
        try {
            return Optional.of(new DockerfileText(
                    String.valueOf(file.getFileName()), Files.readString(file, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param step its name, where one failed */
    Optional<Source> find(String message, Optional<String> step) {
        Matcher parseError = PARSE_ERROR.matcher(message);
        if (parseError.find()) {
            int line = Integer.parseInt(parseError.group(1));
            return Optional.of(source(line, line));
        }
        return step.map(name -> STEP_PLACE.matcher(name).replaceFirst("")).flatMap(this::instruction);
    }

    private Optional<Source> instruction(String instruction) {
        String wanted = normal(instruction);
        List<int[]> found = new ArrayList<>();
        List<String> lines = text.lines().toList();
        int first = 0;
        StringBuilder open = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (open.isEmpty()) {
                first = i + 1;
            }
            boolean goesOn = line.endsWith("\\");
            open.append(goesOn ? line.substring(0, line.length() - 1) : line).append(' ');
            if (!goesOn) {
                if (normal(open.toString()).equals(wanted)) {
                    found.add(new int[] {first, i + 1});
                }
                open.setLength(0);
            }
        }
        return found.size() == 1 ? Optional.of(source(found.get(0)[0], found.get(0)[1])) : Optional.empty();
    }

    private Source source(int first, int last) {
        return new Source(name, first, last, Excerpt.of(text, first, last));
    }

    /** Keywords are of any case, and white space does not count. */
    private static String normal(String instruction) {
        String text = instruction.strip().replaceAll("\\s+", " ");
        int keyword = text.indexOf(' ');
        return keyword < 0 ? text : text.substring(0, keyword).toUpperCase(Locale.ROOT) + text.substring(keyword);
    }
}
