package io.sandboximage.registry;

import io.sandboximage.progress.ProgressTask;
import java.util.function.LongConsumer;

/** Counts the bytes of an upload once, also when some are sent again. */
final class UploadProgress implements LongConsumer {
    private final ProgressTask task;
    private long furthest;

    UploadProgress(ProgressTask task) {
        this.task = task;
    }

    @Override
    public void accept(long position) {
        if (position > furthest) {
            task.advance(position - furthest);
            furthest = position;
        }
    }
}
