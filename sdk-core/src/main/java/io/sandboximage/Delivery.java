package io.sandboximage;

import io.sandboximage.image.Descriptor;
import java.time.Duration;

/**
 * What an {@link ImageSink} did.
 *
 * @param destination the sink's name
 * @param descriptor the root that was written
 * @param blobsCopied how many blobs were transferred
 * @param blobsMounted how many the far side took from another repository of its own
 * @param blobsSkipped how many were there already
 * @param bytesCopied bytes of the blobs that were transferred
 */
public record Delivery(
        String destination,
        Descriptor descriptor,
        int blobsCopied,
        int blobsMounted,
        int blobsSkipped,
        long bytesCopied,
        Duration took) {}
