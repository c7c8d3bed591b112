package io.sandboximage.golden.build;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.internal.io.Leftovers;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the services of a host write down, one folder for each project:
 *
 * <pre>
 * PROJECT/status.json        the build; written only by who holds the lock
 * PROJECT/lock               held during a build, by whichever service builds
 * PROJECT/queue/SERVICE.json what a service was asked for and has not begun
 * PROJECT/log/BUILD.log
 * </pre>
 *
 * Every file appears whole or not at all.
 */
final class BuildFiles {
    /** Keeps the projects "." and ".." from being what they are. */
    private static final String PREFIX = "p-";

    private static final int MAX_BYTES = 1024 * 1024;
    private static final int LOGS_KEPT = 20;
    private static final String SUFFIX = ".json";
    private static final String QUEUE = "queue";

    /** Who is no process: what it was asked for is taken over by the next service. */
    static final ProcessLease NOBODY = new ProcessLease(0, -1, "", "");

    private final Path folder;

    BuildFiles(Path folder) {
        this.folder = folder;
    }

    /** What is asked for: triggers that came before the build began. */
    record Queued(List<String> reasons, Instant since, ProcessLease owner) {
        Queued {
            reasons = List.copyOf(reasons);
        }
    }

    /** A status with the process that wrote it. */
    record Written(GoldenBuildStatus status, ProcessLease owner) {}

    /** All that were ever built or asked for, sorted. */
    List<String> projects() {
        return list(folder).stream()
                .map(entry -> String.valueOf(entry.getFileName()))
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> URLDecoder.decode(name.substring(PREFIX.length()), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    InterprocessLock lock(String project) {
        return InterprocessLock.acquire(of(project).resolve("lock"));
    }

    Path log(String project, String buildId) {
        return of(project).resolve("log").resolve(buildId + ".log");
    }

    /** Removes what processes left that were killed while they wrote. */
    void removeLeftovers(String project) {
        Leftovers.remove(of(project));
        Leftovers.remove(of(project).resolve(QUEUE));
    }

    /** Removes the logs of builds long past; their names sort by time. */
    void trimLogs(String project) {
        List<Path> logs = list(of(project).resolve("log"));
        logs.stream().limit(Math.max(0, logs.size() - LOGS_KEPT)).forEach(AtomicFile::removeQuietly);
    }

    Optional<Written> status(String project) {
        return read(of(project).resolve("status" + SUFFIX))
                .map(json ->
                        new Written(StatusText.parse(project, json), ProcessLease.parse(json.requireObject("owner"))));
    }

    void write(GoldenBuildStatus status) {
        Map<String, Object> json = StatusText.json(status);
        json.put("owner", ProcessLease.ofThisProcess().toJson());
        AtomicFile.write(of(status.project()).resolve("status" + SUFFIX), Json.write(json));
    }

    /** What all services have been asked for, by service. */
    Map<String, Queued> queues(String project) {
        Map<String, Queued> queues = new LinkedHashMap<>();
        for (Path file : list(of(project).resolve(QUEUE))) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(SUFFIX)) {
                read(file)
                        .ifPresent(json -> queues.put(
                                name.substring(0, name.length() - SUFFIX.length()),
                                new Queued(
                                        json.strings("reasons"),
                                        Instant.parse(json.requireString("since")),
                                        ProcessLease.parse(json.requireObject("owner")))));
            }
        }
        return queues;
    }

    void queue(String project, String service, Queued queued) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reasons", queued.reasons());
        json.put("since", queued.since().toString());
        json.put("owner", queued.owner().toJson());
        AtomicFile.write(queueFile(project, service), Json.write(json));
    }

    void unqueue(String project, String service) {
        Path file = queueFile(project, service);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StorageException("Could not remove " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private Path queueFile(String project, String service) {
        return of(project).resolve(QUEUE).resolve(service + SUFFIX);
    }

    private Path of(String project) {
        return folder.resolve(PREFIX + URLEncoder.encode(project, StandardCharsets.UTF_8));
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return new ArrayList<>(entries.sorted().toList());
        } catch (IOException e) {
            throw new StorageException("Could not list " + directory + ": " + AtomicFile.reason(e), e);
        }
    }

    private static Optional<JsonView> read(Path file) {
        try {
            return Optional.of(JsonView.parse(Files.readAllBytes(file), MAX_BYTES, "file " + file));
        } catch (java.nio.file.NoSuchFileException none) {
            return Optional.empty();
        } catch (InvalidContentException damaged) {
            // Only a disk that failed leaves such: the next build writes it anew.
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
