package io.sandboximage.docker;

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
        String reason)
        implements Transfer {
    @Override
    public Sent run(ProgressTask progress) {
        ImageArchive archive = ImageArchive.of(candidate, store, missing);
        long size = archive.sizeBytes();
        String what = "load " + candidate.source().name() + " as a " + strategy;
        try (ProgressTask task = progress.child(what, ProgressUnit.BYTES, size)) {
            engine.load(archive.body(task), what, task);
            task.done();
        }
        return new Sent(missing.size(), size);
    }
}
