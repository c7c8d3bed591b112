package io.sandboximage;

import io.sandboximage.progress.ProgressTask;

/** Tries out what a pipeline made, before it is recorded: runs a command in a sandbox, boots a file system. */
@FunctionalInterface
public interface PipelineCheck {
    /**
     * Ends normally if what was made is good.
     *
     * @param made what the destinations and snapshotters made
     * @throws io.sandboximage.error.SandboxImageException if it is not
     */
    void check(PipelineResult made, ProgressTask progress);
}
