package io.sandboximage.depot.sandbox;

import java.nio.charset.StandardCharsets;

/**
 * How a command ended and what it wrote.
 *
 * @param stdout not to be changed
 * @param stderr not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // results are read, never compared
public record CommandOutput(int exitCode, byte[] stdout, byte[] stderr) {
    /** What it wrote, as UTF-8. */
    public String output() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** What it wrote to standard error, as UTF-8. */
    public String errors() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "CommandOutput[exitCode=" + exitCode + ", " + stdout.length + " and " + stderr.length + " bytes]";
    }
}
