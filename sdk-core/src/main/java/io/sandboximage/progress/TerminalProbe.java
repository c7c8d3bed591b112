package io.sandboximage.progress;

import java.io.Console;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about the terminal of a process. The one place of this package that reads the environment.
 *
 * @param console whether standard input and output are a terminal
 */
record TerminalProbe(boolean console, Map<String, String> environment, Charset charset) {
    private static final int DEFAULT_COLUMNS = 80;
    private static final int DEFAULT_ROWS = 24;

    static TerminalProbe ofThisProcess() {
        return new TerminalProbe(hasConsole(), System.getenv(), charset(System::getProperty));
    }

    /** Whether bars can be redrawn in place. */
    boolean capable() {
        String term = environment.getOrDefault("TERM", "");
        return console && !term.isEmpty() && !term.equals("dumb") && !isSet("CI");
    }

    TerminalStyle style() {
        return new TerminalStyle(
                number("COLUMNS", DEFAULT_COLUMNS), number("LINES", DEFAULT_ROWS), charset, !isSet("NO_COLOR"));
    }

    private boolean isSet(String name) {
        return !environment.getOrDefault(name, "").isEmpty();
    }

    private int number(String name, int otherwise) {
        try {
            int value = Integer.parseInt(environment.getOrDefault(name, ""));
            return value > 0 ? value : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    @SuppressWarnings("SystemConsoleNull") // what differs from JDK 22 on is handled below
    private static boolean hasConsole() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console object also where there is no terminal; this method tells them apart.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** The charset of standard error; the property came with JDK 19, before it there is only the one of the host. */
    static Charset charset(UnaryOperator<@Nullable String> property) {
        for (String name : new String[] {"stderr.encoding", "native.encoding"}) {
            String value = property.apply(name);
            if (value != null && Charset.isSupported(value)) {
                return Charset.forName(value);
            }
        }
        return Charset.defaultCharset();
    }
}
