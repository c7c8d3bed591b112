package io.sandboximage.daytona;

import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes old snapshots. What is in the making stays, it is somebody's; what sandboxes were made from stays, the server would let it
 * go. A removal that fails is a warning: what was to be made is made.
 */
final class SnapshotCleanup {
    private final SnapshotCalls calls;
    private final Sandboxes sandboxes;

    SnapshotCleanup(SnapshotCalls calls, Sandboxes sandboxes) {
        this.calls = calls;
        this.sandboxes = sandboxes;
    }

    /**
     * @param newestFirst all of a kind
     * @param current the one that stays in any case
     * @return names of those that were removed
     */
    List<String> removeOld(
            List<DaytonaSnapshot> newestFirst, String current, Retention retention, ProgressTask progress) {
        List<String> removed = new ArrayList<>();
        int kept = 0;
        boolean older = false;
        for (DaytonaSnapshot snapshot : newestFirst) {
            CancelledException.throwIfInterrupted("removing old snapshots");
            boolean isCurrent = snapshot.name().equals(current);
            older = older || isCurrent;
            if (!snapshot.state().settled() || snapshot.general()) {
                continue;
            }
            // Failed ones count for nothing; those that are newer than the current one may still be looked into.
            boolean stays = isCurrent
                    || retention.kept().contains(snapshot.name())
                    || (snapshot.state().failed() ? !older : kept < retention.newest());
            if (stays) {
                kept += snapshot.state().failed() ? 0 : 1;
            } else if (remove(snapshot, progress)) {
                removed.add(snapshot.name());
            }
        }
        return removed;
    }

    private boolean remove(DaytonaSnapshot snapshot, ProgressTask progress) {
        try {
            if (sandboxes.useSnapshot(snapshot.name())) {
                progress.info(snapshot.name() + " stays: sandboxes use it");
                return false;
            }
            calls.delete(snapshot.id(), snapshot.name());
            return true;
        } catch (NotFoundException e) {
            return false;
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            progress.warn("The old snapshot " + snapshot.name() + " stays: " + e.getMessage());
            return false;
        }
    }
}
