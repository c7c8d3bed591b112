package io.sandboximage.examples.cli;

/** Exit codes that scripts rely on. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** As shells report a program that ended by SIGINT. */
    static final int CANCELLED = 130;

    private ExitCode() {}
}
