package io.sandboximage.daytona;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Daytona's own registry, where images wait until snapshots are made of them. */
final class TransientRegistry {
    private static final Duration LAG = Duration.ofMinutes(1);

    private final Api api;
    private final Predicate<String> plainHttp;

    TransientRegistry(Api api, Predicate<String> plainHttp) {
        this.api = api;
        this.plainHttp = plainHttp;
    }

    /**
     * An image that is there now.
     *
     * @param reference good for one snapshot: the server removes it afterwards
     */
    record Pushed(ImageReference reference, Delivery delivery) {}

    /** Pushes what the registry lacks of one platform's image. */
    Pushed push(
            ImageSource source,
            Descriptor image,
            String repository,
            String tag,
            Optional<String> region,
            ProgressTask progress) {
        try (ProgressTask task = progress.child("push to Daytona's registry");
                RenewingDestination destination = new RenewingDestination(api, region, plainHttp, repository, tag)) {
            Delivery delivery =
                    ImageCopier.copy(source, destination, CopyOptions.DEFAULT.only(PushedImage.PLATFORM), task);
            awaitVisible(destination, image);
            if (delivery.blobsCopied() == 0) {
                task.cached("all blobs present");
            } else {
                task.done(delivery.blobsCopied() + " blobs copied, " + delivery.blobsSkipped() + " present");
            }
            return new Pushed(destination.reference(), delivery);
        }
    }

    /** What was pushed may show up a moment later. */
    private void awaitVisible(RenewingDestination destination, Descriptor image) {
        Deadline deadline = new Deadline(api.pace(), LAG);
        while (!destination.hasManifest(image)) {
            deadline.pause(
                    "waiting for " + destination.name(),
                    () -> "The image was pushed to " + destination.name() + ", but the registry did not show it within "
                            + LAG.toSeconds() + " s. Try again");
        }
    }
}
