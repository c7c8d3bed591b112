package io.sandboximage.buildkit.internal.solve;

import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.progress.ProgressTask;
import java.util.Iterator;

/** What a daemon remembers of a build, as progress. */
public final class StatusReplay {
    private StatusReplay() {}

    public static void replay(Iterator<StatusResponse> responses, ProgressTask progress) {
        StatusTracker tracker = new StatusTracker(progress);
        try {
            responses.forEachRemaining(tracker::accept);
            tracker.close(null);
        } catch (SandboxImageException e) {
            tracker.close(e);
            throw e;
        }
    }
}
