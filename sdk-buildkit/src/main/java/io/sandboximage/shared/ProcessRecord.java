package io.sandboximage.shared;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A process that was started, as it is written down for later.
 *
 * @param startMillis tells it from a later one of the same number; since 1970
 */
record ProcessRecord(long pid, long startMillis, String fingerprint) {
    private static final int MAX_BYTES = 4096;

    static ProcessRecord of(ProcessHandle process, String fingerprint) {
        return new ProcessRecord(process.pid(), start(process), fingerprint);
    }

    static Optional<ProcessRecord> read(Path file) {
        try {
            JsonView json = JsonView.parse(Files.readAllBytes(file), MAX_BYTES, file.toString());
            return Optional.of(new ProcessRecord(
                    json.requireNumber("pid"), json.requireNumber("start"), json.requireString("configuration")));
        } catch (NoSuchFileException | InvalidContentException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    void write(Path file) {
        AtomicFile.write(file, Json.write(Map.of("pid", pid, "start", startMillis, "configuration", fingerprint)));
    }

    /** The process, if it still runs. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(process -> process.isAlive() && start(process) == startMillis);
    }

    private static long start(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
