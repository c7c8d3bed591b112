package io.sandboximage.golden;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.internal.io.InterprocessLock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes new sessions durable after they were handed out, so that nobody waits for the disk. Until it is done a power cut costs the
 * session, whose clone may be torn; afterwards it survives.
 */
@SuppressWarnings("try") // Locks are held, not used.
final class Durability implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Durability.class);
    private static final int LONGEST_SYNC_MINUTES = 10;

    private final StoreFiles files;
    private final ExecutorService background = DaemonThreads.pool("golden-sync");

    Durability(StoreFiles files) {
        this.files = files;
    }

    void later(String session) {
        background.execute(() -> {
            // A release waits for it: the program that syncs has the data open.
            try (InterprocessLock alone = files.lockSession(session)) {
                now(session);
            } catch (SandboxImageException e) {
                LOG.debug("Session {} is not known to be on disk", session, e);
            }
        });
    }

    private void now(String session) {
        Cell cell = files.session(session);
        Path mounted = cell.mountPoint();
        Optional<Records.Session> before = Records.Session.read(cell.folder());
        if (before.isEmpty()) {
            return;
        }
        if (java.nio.file.Files.isDirectory(mounted)) {
            Trees.sync(mounted);
        }
        Trees.sync(cell.folder());
        try (InterprocessLock lock = files.lock()) {
            Records.Session.read(cell.folder())
                    // Released and made anew meanwhile, it is another one.
                    .filter(after ->
                            after.ready() && after.created().equals(before.get().created()))
                    .ifPresent(after -> after.finished(true).write(cell.folder()));
        }
    }

    @Override
    public void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(LONGEST_SYNC_MINUTES, TimeUnit.MINUTES)) {
                LOG.debug("The disk is too slow to wait for in {}", files.root());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
