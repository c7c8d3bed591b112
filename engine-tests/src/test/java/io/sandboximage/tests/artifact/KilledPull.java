package io.sandboximage.tests.artifact;

import io.sandboximage.artifact.DiskPull;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that pulls a disk and stops in the middle, to be killed there. */
final class KilledPull {
    static final String STOPPED = "stopped while pulling";
    private static final long STOP_AFTER_BYTES = 3L << 20;

    private KilledPull() {}

    /** @param arguments the artifact and the file to write */
    public static void main(String[] arguments) {
        CountDownLatch never = new CountDownLatch(1);
        try (RegistryClient registries = RegistryClient.builder().build();
                ProgressTask progress = ProgressTask.root(event -> stop(event, never), "pull")) {
            DiskPull.to(Path.of(arguments[1]))
                    .threads(1)
                    .pull(ImageReference.parse(arguments[0]), registries, progress);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void stop(ProgressEvent event, CountDownLatch never) {
        if (event instanceof ProgressEvent.Advanced advanced && advanced.done() > STOP_AFTER_BYTES) {
            System.out.println(STOPPED);
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
