package io.sandboximage.store;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import java.util.List;

/**
 * What of an image is copied, and how; immutable, each step gives a new value.
 *
 * @param platforms the platforms to take from an index; empty for all of it
 * @param keepIndex whether a single chosen platform stays inside an index of its own
 * @param referrers whether signatures, SBOMs and whatever else refers to the image is copied too, recursively
 * @param parallelism how many blobs are copied at the same time, 1 to 64
 */
public record CopyOptions(List<Platform> platforms, boolean keepIndex, boolean referrers, int parallelism) {
    /** Everything but referrers, four blobs at a time. */
    public static final CopyOptions DEFAULT = new CopyOptions(List.of(), false, false, 4);

    private static final int MAX_PARALLELISM = 64;

    public CopyOptions {
        platforms = List.copyOf(platforms);
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new InvalidRequestException(
                    "Cannot copy " + parallelism + " blobs at a time: choose 1 to " + MAX_PARALLELISM);
        }
    }

    /**
     * Takes only these platforms. One platform gives that image's manifest alone, unless {@link #keepIndex}; several give an
     * index with their entries and the attestations of these, with another digest than the whole index has.
     */
    public CopyOptions only(Platform... chosen) {
        return new CopyOptions(List.of(chosen), keepIndex, referrers, parallelism);
    }

    /** Leaves also a single chosen platform in an index. */
    public CopyOptions keepingIndex() {
        return new CopyOptions(platforms, true, referrers, parallelism);
    }

    /** Copies referrers too. */
    public CopyOptions withReferrers() {
        return new CopyOptions(platforms, keepIndex, true, parallelism);
    }

    public CopyOptions withParallelism(int blobsAtATime) {
        return new CopyOptions(platforms, keepIndex, referrers, blobsAtATime);
    }
}
