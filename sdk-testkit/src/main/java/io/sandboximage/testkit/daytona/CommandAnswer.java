package io.sandboximage.testkit.daytona;

/**
 * What a command in an emulated sandbox does.
 *
 * @param output what it writes to standard output
 * @param errors what it writes to standard error; without a session both are mixed
 */
public record CommandAnswer(int exitCode, String output, String errors) {
    private static final int TIME_OUT = Integer.MIN_VALUE;

    /** One that writes nothing to standard error. */
    public CommandAnswer(int exitCode, String output) {
        this(exitCode, output, "");
    }

    /** It runs longer than it may. */
    public static CommandAnswer timeOut() {
        return new CommandAnswer(TIME_OUT, "");
    }

    boolean timesOut() {
        return exitCode == TIME_OUT;
    }
}
