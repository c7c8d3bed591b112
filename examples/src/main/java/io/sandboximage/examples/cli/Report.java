package io.sandboximage.examples.cli;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What a command has to say at its end.
 *
 * @param json the facts for programs: strings, numbers, booleans, iterables and maps of them
 * @param text the same for people, with a line break after each line
 * @param exitCode of the command
 */
record Report(Map<String, Object> json, Supplier<String> text, int exitCode) {
    Report(Map<String, Object> json, Supplier<String> text) {
        this(json, text, ExitCode.DONE);
    }
}
