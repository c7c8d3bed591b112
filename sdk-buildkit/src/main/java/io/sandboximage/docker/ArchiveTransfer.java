package io.sandboximage.docker;

import io.sandboximage.docker.internal.EngineFailures;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
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

    @Override
    public Sent run(ProgressTask progress) {
        String what = "load " + candidate.source().name() + " as a " + strategy;
        try (ImageArchive archive =
                        ImageArchive.of(candidate, store, missing, engine.info().readsZstd());
                ProgressTask task = progress.child(what, ProgressUnit.BYTES, archive.sizeBytes())) {
            AbandonableLoad load = new AbandonableLoad(engine, archive, leftovers);
            for (String line : load.run(what, task)) {
                if (line.startsWith(NOT_UNPACKED)) {
                    throw EngineFailures.told(line, what, engine.host().name());
                }
            }
            task.done();
            return new Sent(missing.size(), load.bytesSent());
        }
    }
}
