package io.sandboximage.golden;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * Where things lie in a store.
 *
 * <pre>
 * golden.json                                 what the store is, its strategy
 * locks/store, locks/session-NAME             see below
 * projects/NAME/current                       the pointer: the ID of the generation that is served
 * projects/NAME/used                          its time is that of the last use
 * projects/NAME/generations/ID/               generation.json and the data
 * drafts/ID/  views/ID/                       holder.json and the data; their process is alive, or they are left over
 * sessions/NAME/                              session.json and the data
 * layers/KEY/                                 layers of the farm
 * mounts/CELL/                                where images are mounted
 * trash/ID/                                   what is being removed
 * </pre>
 *
 * Every change of what is known (all JSON files and the pointer, and the folders' coming and going) happens under the lock {@code store}, in
 * steps that are short and atomic each. Data is written outside of it, in cells that nobody else looks into.
 *
 * @param root of the store
 */
record StoreFiles(Path root) {
    private static final int MAX_NAME = 100;

    Path settings() {
        return root.resolve("golden.json");
    }

    InterprocessLock lock() {
        return InterprocessLock.acquire(root.resolve("locks").resolve("store"));
    }

    InterprocessLock lockSession(String session) {
        return InterprocessLock.acquire(root.resolve("locks").resolve("session-" + key(session)));
    }

    InterprocessLock lockLayers() {
        return InterprocessLock.acquire(root.resolve("locks").resolve("layers"));
    }

    InterprocessLock lockMounts() {
        return InterprocessLock.acquire(root.resolve("locks").resolve("mounts"));
    }

    Path projects() {
        return root.resolve("projects");
    }

    Path project(String project) {
        return projects().resolve(key(project));
    }

    Path pointer(String project) {
        return project(project).resolve("current");
    }

    Path used(String project) {
        return project(project).resolve("used");
    }

    Path generations(String project) {
        return project(project).resolve("generations");
    }

    Cell generation(String project, String id) {
        return new Cell(generations(project).resolve(id), mounts().resolve("g-" + id));
    }

    Path drafts() {
        return root.resolve("drafts");
    }

    Cell draft(String id) {
        return new Cell(drafts().resolve(id), mounts().resolve("d-" + id));
    }

    Path views() {
        return root.resolve("views");
    }

    Cell view(String id) {
        return new Cell(views().resolve(id), mounts().resolve("v-" + id));
    }

    Path sessions() {
        return root.resolve("sessions");
    }

    Cell session(String session) {
        return new Cell(sessions().resolve(key(session)), mounts().resolve("s-" + key(session)));
    }

    Path layers() {
        return root.resolve("layers");
    }

    Path mounts() {
        return root.resolve("mounts");
    }

    /** The cell that a folder in {@link #mounts} belongs to. */
    Cell ofMount(String name) {
        String id = name.substring(Math.min(2, name.length()));
        return switch (name.isEmpty() ? ' ' : name.charAt(0)) {
            case 'd' -> draft(id);
            case 'v' -> view(id);
            default -> new Cell(sessions().resolve(id), mounts().resolve(name));
        };
    }

    Path trash() {
        return root.resolve("trash");
    }

    /** Takes a detached cell out of sight, in one step; what {@link CloneStrategy#remove} then takes its time for. */
    void discard(Path folder) {
        if (Files.exists(folder)) {
            Trees.makeFolders(trash());
            Trees.move(folder, trash().resolve(UUID.randomUUID().toString()));
        }
    }

    /** Names of what is in a folder, sorted; empty if it is not there. */
    static List<String> list(Path folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new StorageException("Could not list " + folder + ": " + AtomicFile.reason(e), e);
        }
        Collections.sort(names);
        return names;
    }

    /** A name as a file's: letters, digits and {@code . _ -} stay, the rest is written as percent signs and numbers. */
    static String key(String name) {
        String key = URLEncoder.encode(name, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        if (name.isEmpty() || key.length() > MAX_NAME) {
            throw new InvalidRequestException("\"" + name
                    + "\" is no name for a project or session: it must have from one to " + MAX_NAME + " characters");
        }
        return key.startsWith(".") ? "%2E" + key.substring(1) : key;
    }

    static String name(String key) {
        return URLDecoder.decode(key, StandardCharsets.UTF_8);
    }
}
