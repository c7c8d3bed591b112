package io.sandboximage.testkit.engine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * How a {@link Command} ended and what it wrote.
 *
 * @param command the arguments
 * @param exitCode 128 plus the signal's number where a signal ended it
 * @param standardOutput not to be changed
 * @param standardError not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // results are read, never compared
public record CommandResult(
        List<String> command, int exitCode, byte[] standardOutput, byte[] standardError, Duration took) {
    private static final int SHOWN_CHARACTERS = 8000;

    public CommandResult {
        command = List.copyOf(command);
    }

    /** Standard output as UTF-8. */
    public String output() {
        return new String(standardOutput, StandardCharsets.UTF_8);
    }

    /** Standard error as UTF-8. */
    public String errors() {
        return new String(standardError, StandardCharsets.UTF_8);
    }

    /** This result, if the command succeeded; otherwise fails the test with all that the command said. */
    public CommandResult orFail() {
        if (exitCode != 0) {
            throw new AssertionError(this + "\n" + tail(errors()) + "\n" + tail(output()));
        }
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " ended with " + exitCode;
    }

    static String tail(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : "…" + text.substring(text.length() - SHOWN_CHARACTERS);
    }
}
