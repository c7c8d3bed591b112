package io.sandboximage.golden;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the store writes down, and how. A file that is torn or of another kind counts as not there. */
final class Records {
    private static final int MAX_BYTES = 8_000_000;
    private static final String GENERATION = "generation";
    private static final String SESSION = "session.json";

    private Records() {}

    /** A draft's or view's owner, and what it reads from. */
    record Holder(String project, Optional<String> generation, ProcessLease owner) {
        void write(Path folder) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("project", project);
            generation.ifPresent(id -> json.put(GENERATION, id));
            json.put("owner", owner.toJson());
            AtomicFile.write(folder.resolve("holder.json"), Json.write(json));
        }

        static Optional<Holder> read(Path folder) {
            return Records.read(folder.resolve("holder.json"))
                    .flatMap(Records.parsed(json -> new Holder(
                            json.requireString("project"),
                            json.string(GENERATION),
                            ProcessLease.parse(json.requireObject("owner")))));
        }
    }

    /**
     * A session.
     *
     * @param generation that it was cloned from; empty if there was none
     * @param ready whether the clone was finished; until then {@code maker} is at it
     * @param durable whether the clone is known to be on disk whole, so that it survives a power cut
     */
    record Session(
            String name,
            String project,
            Optional<GoldenGeneration> generation,
            Instant created,
            boolean ready,
            boolean durable,
            ProcessLease maker,
            Optional<ProcessLease> lease) {
        void write(Path folder) {
            AtomicFile.write(folder.resolve(SESSION), bytes());
        }

        /** Of a session that a power cut costs anyway: nobody need wait for the disk. */
        void writeSoon(Path folder) {
            AtomicFile.writeSoon(folder.resolve(SESSION), bytes());
        }

        private byte[] bytes() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", name);
            json.put("project", project);
            generation.ifPresent(g -> json.put(GENERATION, generationJson(g)));
            json.put("created", created.toString());
            json.put("ready", ready);
            json.put("durable", durable);
            json.put("maker", maker.toJson());
            lease.ifPresent(process -> json.put("lease", process.toJson()));
            return Json.write(json);
        }

        static Optional<Session> read(Path folder) {
            return Records.read(folder.resolve(SESSION))
                    .flatMap(Records.parsed(json -> new Session(
                            json.requireString("name"),
                            json.requireString("project"),
                            json.object(GENERATION).map(Records::generation),
                            Instant.parse(json.requireString("created")),
                            json.bool("ready").orElse(false),
                            json.bool("durable").orElse(false),
                            ProcessLease.parse(json.requireObject("maker")),
                            json.object("lease").map(ProcessLease::parse))));
        }

        Session finished(boolean nowDurable) {
            return new Session(name, project, generation, created, true, nowDurable, maker, lease);
        }

        Session leased(Optional<ProcessLease> newLease) {
            return new Session(name, project, generation, created, ready, durable, maker, newLease);
        }

        /** When it was last opened or found in use, as far as that was noted. */
        static Instant used(Path folder) {
            try {
                return Files.getLastModifiedTime(folder.resolve(SESSION)).toInstant();
            } catch (IOException e) {
                return Instant.now(); // It is being removed.
            }
        }

        static void noteUse(Path folder) {
            try {
                Files.setLastModifiedTime(folder.resolve(SESSION), FileTime.from(Instant.now()));
            } catch (IOException e) {
                throw AtomicFile.failed(folder.resolve(SESSION), e);
            }
        }

        /** A clone that was not finished, or that a power cut may have torn. */
        boolean lost() {
            return ready ? !durable && !maker.sameBoot() : !maker.alive();
        }
    }

    static void write(GoldenGeneration generation, Path folder) {
        AtomicFile.write(folder.resolve("generation.json"), Json.write(generationJson(generation)));
    }

    /** The generation in a folder, if it is whole. */
    static Optional<GoldenGeneration> generation(Path folder) {
        return read(folder.resolve("generation.json"))
                .flatMap(parsed(Records::generation))
                // Where it lies now counts, not where it lay when it was written.
                .map(g -> new GoldenGeneration(
                        g.project(),
                        g.id(),
                        g.created(),
                        g.strategy(),
                        g.sizeBytes(),
                        g.files(),
                        g.images(),
                        g.labels(),
                        folder));
    }

    static Optional<String> pointer(Path file) {
        return bytes(file).map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8).strip());
    }

    static Optional<JsonView> read(Path file) {
        return bytes(file).flatMap(bytes -> {
            try {
                return Optional.of(JsonView.parse(bytes, MAX_BYTES, file.toString()));
            } catch (InvalidContentException e) {
                return Optional.empty();
            }
        });
    }

    private static Optional<byte[]> bytes(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private static <T> java.util.function.Function<JsonView, Optional<T>> parsed(
            java.util.function.Function<JsonView, T> parser) {
        return json -> {
            try {
                return Optional.of(parser.apply(json));
            } catch (InvalidContentException | java.time.DateTimeException | IllegalArgumentException e) {
                return Optional.empty();
            }
        };
    }

    private static Map<String, Object> generationJson(GoldenGeneration generation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("project", generation.project());
        json.put("id", generation.id());
        json.put("created", generation.created().toString());
        json.put("strategy", generation.strategy().name());
        json.put("sizeBytes", generation.sizeBytes());
        json.put("files", generation.files());
        List<Object> images = new ArrayList<>();
        generation
                .images()
                .forEach(image ->
                        images.add(Map.of("name", image.name(), "id", image.id().toString())));
        json.put("images", images);
        json.put("labels", generation.labels());
        json.put("path", generation.path().toString());
        return json;
    }

    private static GoldenGeneration generation(JsonView json) {
        return new GoldenGeneration(
                json.requireString("project"),
                json.requireString("id"),
                Instant.parse(json.requireString("created")),
                GoldenStrategy.valueOf(json.requireString("strategy")),
                json.requireNumber("sizeBytes"),
                json.requireNumber("files"),
                json.objects("images").stream()
                        .map(image ->
                                new GoldenImage(image.requireString("name"), Digest.parse(image.requireString("id"))))
                        .toList(),
                json.stringMap("labels"),
                Path.of(json.requireString("path")));
    }
}
