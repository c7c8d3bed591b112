package io.sandboximage.rootfs;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A guest that runs, and what its console has shown; closing ends it. */
final class BootConsole implements AutoCloseable {
    /** Kernels say much before a program says anything, and only the end of it tells why there is none. */
    private static final int MAX_CHARACTERS = 1 << 20;

    private static final int TAIL_CHARACTERS = 2000;
    private static final int BUFFER_BYTES = 4096;

    private final Process process;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final StringBuilder text = new StringBuilder();
    private boolean ended;

    private BootConsole(Process process) {
        this.process = process;
    }

    static BootConsole of(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        BootConsole console = new BootConsole(process);
        Thread reader = new Thread(console::read, "sandbox-image console");
        reader.setDaemon(true);
        reader.start();
        return console;
    }

    private void read() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                add(new String(buffer, 0, n, StandardCharsets.ISO_8859_1), false);
            }
        } catch (IOException ignored) {
            // The process was ended by close.
        } finally {
            add("", true);
        }
    }

    private void add(String more, boolean last) {
        lock.lock();
        try {
            text.append(more);
            if (text.length() > MAX_CHARACTERS) {
                text.delete(0, text.length() - MAX_CHARACTERS);
            }
            ended |= last;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the console has shown a text, or, of an empty one, until the guest has ended well.
     *
     * @return why it did not come to that; empty if it did
     */
    String awaitText(String expected, Duration limit) {
        String wanted = new String(expected.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        long left = TimeUnit.NANOSECONDS.convert(limit);
        lock.lock();
        try {
            while (wanted.isEmpty() || text.indexOf(wanted) < 0) {
                if (ended) {
                    boolean good = process.waitFor() == 0 && wanted.isEmpty() && text.indexOf("Kernel panic") < 0;
                    return good
                            ? ""
                            : "it ended" + (wanted.isEmpty() ? " badly" : " without writing \"" + expected + "\"");
                }
                if (left <= 0) {
                    return "it took longer than " + limit.toSeconds() + " s";
                }
                left = changed.awaitNanos(left);
            }
            return "";
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("booting a file system", e);
        } finally {
            lock.unlock();
        }
    }

    /** The last that it showed. */
    String tail() {
        lock.lock();
        try {
            return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS)).strip();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
