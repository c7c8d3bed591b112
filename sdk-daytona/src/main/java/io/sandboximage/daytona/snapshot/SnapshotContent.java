package io.sandboximage.daytona.snapshot;

import io.sandboximage.ImageSource;
import java.util.Optional;

/** What a snapshot is made from. */
public sealed interface SnapshotContent {
    /**
     * An image that Daytona pulls itself.
     *
     * @param reference with a tag other than {@code latest}
     */
    record Image(String reference) implements SnapshotContent {}

    /**
     * A Dockerfile that Daytona builds for linux/amd64.
     *
     * @param text the Dockerfile; Daytona takes no build arguments, so values belong into it
     * @param context the files that its COPY and ADD name
     */
    record Dockerfile(String text, Optional<BuildContext> context) implements SnapshotContent {}

    /** An image that is here, wherever that is; its linux/amd64 form goes to Daytona's own registry first. */
    record Local(ImageSource source) implements SnapshotContent {}
}
