package io.sandboximage.sandbox;

import io.sandboximage.docker.internal.container.ContainerExec;
import io.sandboximage.docker.internal.container.ContainerState;
import io.sandboximage.docker.internal.container.EngineContainers;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One look at a sandbox. */
record ReadinessProbe(EngineContainers containers, ContainerState sandbox, Duration left) {
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    /** For how long a connection must stay open to count. */
    private static final Duration HOLD = Duration.ofMillis(200);

    private static final int LOG_LINES = 1000;
    private static final int ANSWERED = 200;
    private static final int REFUSED = 400;
    /** The state of a socket that listens, in {@code /proc/net/tcp} (proc(5)). */
    private static final String LISTENING = "0A";

    boolean holds(Readiness readiness) {
        if (readiness instanceof Readiness.LogLine line) {
            // Also of a sandbox that has ended: its last words may be the ones.
            return line.pattern()
                    .matcher(containers.logTail(sandbox.id(), LOG_LINES))
                    .find();
        }
        if (!sandbox.running()) {
            return false;
        }
        if (readiness instanceof Readiness.Exec exec) {
            return run(exec.command(), OutputStream.nullOutputStream()) == 0;
        }
        if (readiness instanceof Readiness.File file) {
            return containers.hasPath(sandbox.id(), file.path());
        }
        if (readiness instanceof Readiness.Http http) {
            return http(http);
        }
        return readiness instanceof Readiness.Tcp tcp && (published(tcp.port()).isPresent() ? tcp(tcp) : listens(tcp));
    }

    private boolean http(Readiness.Http http) {
        String address = published(http.port())
                .orElseThrow(() -> new InvalidRequestException(
                        "The port " + http.port() + " of the sandbox cannot be asked whether it is ready: publish it"));
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + address + http.path()).toURL().openConnection();
            try {
                connection.setConnectTimeout(millis());
                connection.setReadTimeout(millis());
                connection.setInstanceFollowRedirects(false);
                int status = connection.getResponseCode();
                return status >= ANSWERED && status < REFUSED;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("\"" + http.path() + "\" is not the path of a URL", e);
        }
    }

    private boolean tcp(Readiness.Tcp tcp) {
        String address = published(tcp.port()).orElseThrow();
        int colon = address.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
                    millis());
            socket.setSoTimeout(Math.toIntExact(HOLD.toMillis()));
            return socket.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return true; // Still open, and it is for us to speak.
        } catch (IOException e) {
            return false;
        }
    }

    private boolean listens(Readiness.Tcp tcp) {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        int code = run(List.of("cat", "/proc/net/tcp", "/proc/net/tcp6"), table);
        if (code == 126 || code == 127) {
            throw new InvalidRequestException("The port " + tcp.port() + " of the sandbox cannot be probed: the image "
                    + sandbox.image() + " has no cat. Publish the port, or choose another probe");
        }
        String port = String.format(Locale.ROOT, ":%04X", tcp.port());
        return table.toString(StandardCharsets.US_ASCII)
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(fields -> fields.length > 3 && fields[1].endsWith(port) && fields[3].equals(LISTENING));
    }

    private int run(List<String> command, OutputStream output) {
        try {
            return new ContainerExec(
                            containers,
                            sandbox.id(),
                            new ContainerExec.Program(command, Map.of(), "", "", left.plusMillis(1)))
                    .run(Optional.empty(), output, OutputStream.nullOutputStream());
        } catch (DeadlineExceededException | UnavailableException e) {
            return -1; // The time is over, or the sandbox has ended; who waits will see it.
        }
    }

    private Optional<String> published(int port) {
        return SandboxAddress.of(containers.host(), sandbox, port);
    }

    private int millis() {
        return (int) Math.max(1, Math.min(ATTEMPT.toMillis(), left.toMillis()));
    }
}
