package io.sandboximage.examples.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Where a command line writes to, and what surrounds it.
 *
 * @param in what commands read that take a dash
 * @param out results, nothing else
 * @param err progress and errors
 * @param charset of both, for text; JSON is in UTF-8 always
 */
public record Terminal(
        InputStream in, PrintStream out, OutputStream err, Charset charset, Map<String, String> environment) {
    /** Set by the launcher, which can ask the system whether standard error is a terminal; the JVM cannot. */
    static final String ON_TERMINAL = "sandboximage.tty";

    /** Set by the launcher where it changed the locale: what was there, or empty. */
    private static final String LOCALE_BEFORE = "sandboximage.locale";

    private static final String LOCALE = "LC_ALL";

    /** That of this process. */
    public static Terminal ofProcess() {
        Charset charset = charsetOfProcess();
        // Not System.out: it flushes at each line, and a listing of a tree has many.
        OutputStream buffered = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
        return new Terminal(
                System.in,
                new PrintStream(buffered, false, charset),
                new FileOutputStream(FileDescriptor.err),
                charset,
                environmentOfProcess());
    }

    private static Map<String, String> environmentOfProcess() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        restoreLocale(environment);
        return environment;
    }

    /** Undoes in an environment what the launcher did, so that this JVM reads arguments and file names as UTF-8. */
    public static void restoreLocale(Map<String, String> environment) {
        String before = System.getProperty(LOCALE_BEFORE);
        if (before == null) {
            return;
        }
        if (before.isEmpty()) {
            environment.remove(LOCALE);
        } else {
            environment.put(LOCALE, before);
        }
    }

    /** That of the terminal: the first property came with JDK 19. */
    private static Charset charsetOfProcess() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /** The same with other variables. */
    public Terminal with(Map<String, String> variables) {
        return new Terminal(in, out, err, charset, variables);
    }

    public PrintStream errors() {
        return new PrintStream(err, true, charset);
    }
}
