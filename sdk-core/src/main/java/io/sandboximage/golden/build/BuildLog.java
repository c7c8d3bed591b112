package io.sandboximage.golden.build;

import io.sandboximage.internal.io.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.concurrent.locks.ReentrantLock;

/** Lines with the time, readable while they are written. */
final class BuildLog implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final BufferedWriter writer;
    private final Path file;
    private final Clock clock;

    BuildLog(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        try {
            Files.createDirectories(file.resolveSibling(".").normalize());
            this.writer = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    void line(String text) {
        lock.lock();
        try {
            writer.write(clock.instant() + " " + text + "\n");
            writer.flush();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }
}
