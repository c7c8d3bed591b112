package io.sandboximage.sandbox;

import io.sandboximage.error.InvalidRequestException;
import java.util.List;
import java.util.regex.Pattern;

/** How to tell that a sandbox is ready. */
public sealed interface Readiness {
    /** A program that ends with 0. */
    record Exec(List<String> command) implements Readiness {
        public Exec {
            command = List.copyOf(command);
            if (command.isEmpty()) {
                throw new InvalidRequestException("A readiness probe needs a command to run");
            }
        }
    }

    /**
     * Somebody listens on a port of the sandbox. A published port is connected to: one that is closed again at once does not count,
     * since engines accept connections for programs that do not listen yet. For others the sandbox's own list of listeners is
     * read, with its {@code cat}.
     */
    record Tcp(int port) implements Readiness {
        public Tcp {
            checkPort(port);
        }
    }

    /** An HTTP GET is answered with a status from 200 to 399. The port must be published. */
    record Http(int port, String path) implements Readiness {
        public Http {
            checkPort(port);
            if (!path.startsWith("/")) {
                throw new InvalidRequestException(
                        "\"" + path + "\" is not the path of a URL: it must begin with a slash");
            }
        }
    }

    /** The sandbox writes a line in which this is found. */
    record LogLine(Pattern pattern) implements Readiness {}

    /** There is a file or directory of this name; nothing is run for it. */
    record File(String path) implements Readiness {
        public File {
            if (!path.startsWith("/")) {
                throw new InvalidRequestException("\"" + path + "\" is not an absolute path");
            }
        }
    }

    static Readiness exec(String... command) {
        return new Exec(List.of(command));
    }

    static Readiness tcp(int port) {
        return new Tcp(port);
    }

    static Readiness http(int port, String path) {
        return new Http(port, path);
    }

    /** @param regularExpression found anywhere in a line */
    static Readiness logLine(String regularExpression) {
        return new LogLine(Pattern.compile(regularExpression, Pattern.MULTILINE));
    }

    static Readiness file(String path) {
        return new File(path);
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 65_535) {
            throw new InvalidRequestException(port + " is not a TCP port");
        }
    }
}
