package io.sandboximage.testkit.engine;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program that runs beside the test until it is closed; closing ends it and its descendants. */
public final class Daemon implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    private final String command;
    private final Process process;
    private final Path log;

    Daemon(String command, Process process, Path log) {
        this.command = command;
        this.process = process;
        this.log = log;
    }

    /** A TCP port on loopback that nobody listens on now; the next process may take it, so use it soon. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean running() {
        return process.isAlive();
    }

    /** What it wrote so far, both outputs. */
    public String log() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until it accepts connections on loopback.
     *
     * @throws AssertionError if it ends or the time passes first; the message holds its log
     */
    public Daemon awaitPort(int port, Duration timeout) {
        return await("listening on port " + port, timeout, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** Waits until its log holds {@code text}; failing like {@link #awaitPort}. */
    public Daemon awaitLog(String text, Duration timeout) {
        return await("writing \"" + text + "\"", timeout, () -> log().contains(text));
    }

    /** Waits until {@code condition} holds; failing like {@link #awaitPort}. */
    public Daemon await(String what, Duration timeout, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                // One more look after the end: it may have done its work and left.
                boolean ended = process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (ended && !condition.getAsBoolean()) {
                    throw new AssertionError(command + " ended with " + process.exitValue() + " instead of " + what
                            + "\n" + CommandResult.tail(log()));
                }
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(
                            command + " was not " + what + " after " + timeout + "\n" + CommandResult.tail(log()));
                }
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for " + command, e);
        }
        return this;
    }

    /**
     * Waits for its end and gives the exit code.
     *
     * @throws AssertionError if the time passes first; the message holds its log
     */
    public int awaitEnd(Duration timeout) {
        try {
            if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for " + command, e);
        }
        throw new AssertionError(command + " did not end within " + timeout + "\n" + CommandResult.tail(log()));
    }

    /** Ends it at once, without a chance to clean up; what it started goes on. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Asks it to end, and kills it if it does not soon. */
    @Override
    public void close() {
        // Named before the parent is gone: afterwards nothing tells whose children they were.
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        try {
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Command.kill(process);
            descendants.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
