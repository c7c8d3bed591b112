package io.sandboximage.golden;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import io.sandboximage.golden.internal.host.LiveUse;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A draft's way to a generation. */
@SuppressWarnings("try") // Locks are held, not used.
final class Publication {
    private final GoldenStore store;
    private final StoreFiles files;
    private final CloneStrategy strategy;
    private final String project;
    private final String id;
    private final Cell cell;
    private final Optional<GoldenGeneration> base;
    private final Path dataRoot;
    private boolean open = true;

    Publication(GoldenStore store, String project, String id, Optional<GoldenGeneration> base, Path dataRoot) {
        this.store = store;
        this.files = store.files();
        this.strategy = store.cloning();
        this.project = project;
        this.id = id;
        this.cell = files.draft(id);
        this.base = base;
        this.dataRoot = dataRoot;
    }

    String project() {
        return project;
    }

    Optional<GoldenGeneration> base() {
        return base;
    }

    Path dataRoot() {
        return dataRoot;
    }

    GoldenGeneration publish(Map<String, String> labels) {
        if (!open) {
            throw new ConflictException("The draft " + id + " of " + project + " was published or closed before");
        }
        Optional<String> user = LiveUse.lasting(dataRoot);
        if (user.isPresent()) {
            throw new ConflictException("Could not publish the draft of " + project + ": " + user.get() + " still uses "
                    + dataRoot + ". Stop the engine, and wait for its end");
        }
        DataRoot data = new DataRoot(dataRoot);
        store.requireCarried(data);
        data.strip(store.keepsVolumes());
        List<String> problems = data.problems();
        if (!problems.isEmpty()) {
            throw new IntegrityException("Did not publish the draft of " + project + ": " + String.join("; ", problems)
                    + ". The present generation stays");
        }
        Trees.Extent extent = strategy.measure(cell);
        GoldenGeneration generation = new GoldenGeneration(
                project,
                id,
                Instant.now(),
                strategy.kind(),
                extent.bytes(),
                extent.files(),
                data.images().stream()
                        .map(image -> new GoldenImage(image.name(), image.id()))
                        .toList(),
                labels,
                files.generation(project, id).folder());
        strategy.seal(cell);
        Trees.sync(cell.folder());
        validate(generation);
        Records.write(generation, cell.folder());
        swap();
        return generation;
    }

    /** From here on the generation is served. Before the rename there is a draft, after it a generation that nobody serves yet. */
    private void swap() {
        Trees.makeFolders(files.generations(project));
        try (InterprocessLock lock = files.lock()) {
            Trees.move(cell.folder(), files.generation(project, id).folder());
            AtomicFile.write(files.pointer(project), (id + "\n").getBytes(StandardCharsets.UTF_8));
            open = false;
        }
        store.touch(project);
        AtomicFile.removeQuietly(files.generation(project, id).folder().resolve("holder.json"));
    }

    /** On a clone made as a session's, so that what is served is what was tried, and the trial leaves no trace in it. */
    private void validate(GoldenGeneration generation) {
        GoldenValidation validation = store.validation();
        if (validation == GoldenValidation.NONE) {
            return;
        }
        String trial = store.newId();
        Cell clone = files.draft(trial);
        store.hold(clone, new Records.Holder(project, Optional.empty(), ProcessLease.ofThisProcess()));
        try {
            strategy.clone(cell, clone);
            validation.validate(strategy.attach(clone), generation);
        } finally {
            store.drop(clone);
        }
    }

    void close() {
        if (open) {
            open = false;
            store.drop(cell);
        }
    }
}
