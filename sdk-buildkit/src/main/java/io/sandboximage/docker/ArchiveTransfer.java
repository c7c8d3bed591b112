package io.sandboximage.docker;

import io.sandboximage.docker.internal.EngineFailures;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.util.List;
import java.util.Set;

/** Sends an archive, whole or without the layers that the engine has. */
record ArchiveTransfer(
        DockerEngine engine,
        Candidate candidate,
        ImageStoreKind store,
        Set<Digest> missing,
        LoadStrategy strategy,
        String reason,
        LoadLeftovers leftovers)
        implements Transfer {
    /** containerd's store keeps an image that it could not unpack, and mentions it. */
    private static final String NOT_UNPACKED = "Error unpacking image";

    private static final String LOADED = "Loaded image ID: ";

    @Override
    public Sent run(ProgressTask progress) {
        String what = "load " + candidate.source().name() + " as a " + strategy;
        try (ImageArchive archive =
                        ImageArchive.of(candidate, store, missing, engine.info().readsZstd());
                ProgressTask task = progress.child(what, ProgressUnit.BYTES, archive.sizeBytes())) {
            AbandonableLoad load = new AbandonableLoad(engine, archive, leftovers);
            List<String> told = load.run(what, task);
            for (String line : told) {
                if (line.startsWith(NOT_UNPACKED)) {
                    throw EngineFailures.told(line, what, engine.host().name());
                }
            }
            task.done();
            boolean unpacked = told.contains(LOADED + candidate.id(store).toString());
            return new Sent(missing.size(), load.bytesSent(), unpacked);
        }
    }
}
