package io.sandboximage.examples.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Where a command line writes to, and what surrounds it.
 *
 * @param in what commands read that take a dash
 * @param out results, nothing else
 * @param err progress and errors
 * @param charset of both, for text; JSON is in UTF-8 always
 */
record Terminal(InputStream in, PrintStream out, OutputStream err, Charset charset, Map<String, String> environment) {
    /** Set by the launcher, which can ask the system whether standard error is a terminal; the JVM cannot. */
    static final String ON_TERMINAL = "sandboximage.tty";

    PrintStream errors() {
        return new PrintStream(err, true, charset);
    }
}
