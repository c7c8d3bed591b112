package io.sandboximage.daytona;

import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.http.HttpStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a build's log on a thread of its own. The log of a failed build never ends, so it is the waiting side that says when to stop.
 * A log that cannot be read, or breaks off again and again, is given up: the build does not depend on it.
 */
final class BuildLogFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BuildLogFollower.class);
    private static final int MAX_TAIL = 20;
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_TRIES = 10;
    private static final long RETRY_MILLIS = 500;
    private static final long STOP_MILLIS = 1000;
    private static final int BUFFER_BYTES = 8 * 1024;

    private final SnapshotCalls calls;
    private final DaytonaSnapshot snapshot;
    private final Optional<Consumer<String>> lines;
    private final Duration grace;
    private final Deque<String> tail = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Thread thread;
    private boolean started;
    private long delivered;

    BuildLogFollower(SnapshotCalls calls, DaytonaSnapshot snapshot, Optional<Consumer<String>> lines, Duration grace) {
        this.calls = calls;
        this.snapshot = snapshot;
        this.lines = lines;
        this.grace = grace;
        this.thread = new Thread(this::run, "sandbox-image daytona log");
        this.thread.setDaemon(true);
    }

    /** Begins to read; further calls do nothing. */
    void start() {
        if (!started) {
            started = true;
            thread.start();
        }
    }

    /** Gives the log a moment to come to its end, stops it, and tells its last lines. */
    List<String> finish() {
        if (started) {
            join(grace.toMillis());
        }
        close();
        synchronized (tail) {
            return List.copyOf(tail);
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        if (started && thread.isAlive()) {
            thread.interrupt();
            join(STOP_MILLIS);
        }
    }

    private void join(long millis) {
        try {
            if (millis > 0) {
                thread.join(millis);
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            throw CancelledException.interrupted("reading the build log of " + snapshot.name(), e);
        }
    }

    private void run() {
        for (int failures = 0; failures < MAX_TRIES && running(); failures++) {
            long before = delivered;
            try {
                read();
                endLine();
                return;
            } catch (CancelledException e) {
                break;
            } catch (SandboxImageException | IOException e) {
                LOG.debug("The build log of {} broke off", snapshot.name(), e);
                if (delivered > before) {
                    failures = 0;
                }
            } catch (RuntimeException e) {
                LOG.debug("The reader of the build log of {} failed", snapshot.name(), e);
                return;
            }
            awaitRetry();
        }
        endLine();
    }

    private boolean running() {
        return stopped.getCount() > 0;
    }

    private void awaitRetry() {
        try {
            if (stopped.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("No further try to read the build log of {}", snapshot.name());
            }
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }

    /** Reads to the end; after a break from where it broke off. */
    private void read() throws IOException {
        String what = "read the build log of the snapshot \"" + snapshot.name() + "\"";
        try (HttpStream stream = calls.api().open(what, calls.buildLog(snapshot.id(), snapshot.name(), true))) {
            InputStream body = stream.body();
            body.skipNBytes(delivered);
            byte[] buffer = new byte[BUFFER_BYTES];
            int count;
            while ((count = body.read(buffer)) >= 0) {
                for (int i = 0; i < count; i++) {
                    take(buffer[i]);
                }
                delivered += count;
            }
        }
    }

    private void take(byte b) {
        if (b == '\n') {
            emit();
        } else if (line.size() < MAX_LINE_BYTES) {
            line.write(b);
        }
    }

    private void endLine() {
        if (line.size() > 0) {
            emit();
        }
    }

    private void emit() {
        String text = line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
        line.reset();
        synchronized (tail) {
            if (tail.size() == MAX_TAIL) {
                tail.removeFirst();
            }
            tail.addLast(text);
        }
        lines.ifPresent(consumer -> consumer.accept(text));
    }
}
