package io.sandboximage.internal.pattern;

import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code .dockerignore} as Docker reads it: one pattern a line, {@code #} begins a comment, and a leading slash means nothing. */
public final class IgnoreFile {
    private static final String NAME = ".dockerignore";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private IgnoreFile() {}

    /** The patterns of a context's own file; none where there is no such file. */
    public static List<String> patterns(Path directory) {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + e.getMessage(), e);
        }
        String withoutMark = text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
        return withoutMark
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(IgnoreFile::normal)
                .toList();
    }

    /** A pattern as it is matched: relative to the context, whether or not it begins with a slash. */
    public static String normal(String pattern) {
        boolean exception = pattern.startsWith("!");
        String path = (exception ? pattern.substring(1) : pattern).strip();
        if (path.isEmpty()) {
            return pattern;
        }
        String clean = SlashPaths.clean(path);
        return (exception ? "!" : "") + (clean.length() > 1 && clean.startsWith("/") ? clean.substring(1) : clean);
    }
}
