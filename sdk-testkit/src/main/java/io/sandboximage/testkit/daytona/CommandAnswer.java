package io.sandboximage.testkit.daytona;

/**
 * What a command in an emulated sandbox does.
 *
 * @param output both outputs, mixed
 */
public record CommandAnswer(int exitCode, String output) {
    private static final int TIME_OUT = Integer.MIN_VALUE;

    /** It runs longer than it may. */
    public static CommandAnswer timeOut() {
        return new CommandAnswer(TIME_OUT, "");
    }

    boolean timesOut() {
        return exitCode == TIME_OUT;
    }
}
