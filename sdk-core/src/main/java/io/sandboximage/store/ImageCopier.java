package io.sandboximage.store;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Copies an image between stores and moves only what the destination lacks: blobs first, in parallel and each once, then
 * manifests, then the indexes above them, and at last the root by {@link ContentDestination#commit}. So nothing ever names what
 * is not there. Where the destination has a manifest already, nothing below it is read or asked for.
 */
public final class ImageCopier {
    private final ImageSource source;
    private final ContentDestination destination;
    private final ProgressTask progress;
    private final AtomicInteger copied = new AtomicInteger();
    private final AtomicInteger mounted = new AtomicInteger();
    private final AtomicInteger skipped = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    private ImageCopier(ImageSource source, ContentDestination destination, ProgressTask progress) {
        this.source = source;
        this.destination = destination;
        this.progress = progress;
    }

    /**
     * Copies and commits; the caller closes both ends. Layers that may not be pushed elsewhere and have URLs of their own stay
     * where they are and count as skipped.
     *
     * @param progress gets a child for each blob
     * @throws io.sandboximage.error.NotFoundException if a chosen platform is not there; the message lists what is
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     * @throws io.sandboximage.error.SandboxImageException the first failure of any blob, after the other transfers were
     *     cancelled
     */
    public static Delivery copy(
            ImageSource source, ContentDestination destination, CopyOptions options, ProgressTask progress) {
        return new ImageCopier(source, destination, progress).copy(options);
    }

    /**
     * A sink that copies to a new destination each time.
     *
     * @param name the place as users write it
     * @param destination opens the destination; the sink closes it
     */
    public static ImageSink sink(String name, Supplier<ContentDestination> destination, CopyOptions options) {
        return new ImageSink() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String spec() {
                return name + " " + options;
            }

            @Override
            public boolean has(Delivery earlier) {
                try (ContentDestination to = destination.get()) {
                    return to.isNamed(earlier.descriptor());
                }
            }

            @Override
            public Delivery write(ImageSource source, ProgressTask progress) {
                try (ContentDestination to = destination.get()) {
                    return copy(source, to, options, progress);
                }
            }
        };
    }

    private Delivery copy(CopyOptions options) {
        long start = System.nanoTime();
        PlatformFilter.Root root = PlatformFilter.choose(source, options);
        // Of a kept index not all platforms need be there, and of referrers the root does not tell.
        if (!options.keepIndex() && !options.referrers() && destination.isNamed(root.descriptor())) {
            return delivery(root, 0, start);
        }
        CopyPlan plan = CopyPlan.of(source, destination, root, options.referrers());
        List<List<CopyPlan.PlannedManifest>> levels =
                plan.manifestsByHeight(root.descriptor().digest());
        long expected = plan.blobs().stream().mapToLong(Descriptor::sizeBytes).sum();
        progress.fact(ProgressFacts.EXPECTED, Map.of(ProgressFacts.SIZE_BYTES, Long.toString(expected)));
        destination.prepare(plan.blobs(), manifests(levels, root.descriptor()));
        try (Workers workers =
                new Workers(options.parallelism(), "copying " + source.name() + " to " + destination.name())) {
            workers.run(plan.blobs().stream().map(b -> (Runnable) () -> blob(b)).toList());
            for (List<CopyPlan.PlannedManifest> level : levels) {
                workers.run(level.stream()
                        .map(m -> (Runnable) () -> destination.putManifest(m.descriptor(), m.bytes()))
                        .toList());
            }
        }
        destination.commit(root.descriptor(), root.bytes());
        return delivery(root, plan.blobsPresent(), start);
    }

    private Delivery delivery(PlatformFilter.Root root, int present, long start) {
        return new Delivery(
                destination.name(),
                root.descriptor(),
                copied.get(),
                mounted.get(),
                skipped.get() + present,
                bytes.get(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void blob(Descriptor blob) {
        try (ProgressTask task =
                progress.child("copy " + blob.digest().shortHex(), ProgressUnit.BYTES, blob.sizeBytes())) {
            if (destination.hasBlob(blob)) {
                skipped.incrementAndGet();
                fact(task, blob, "present");
                task.cached("there already");
            } else if (destination.mountBlob(blob, source)) {
                mounted.incrementAndGet();
                fact(task, blob, "mounted");
                task.cached("mounted");
            } else {
                destination.putBlob(blob, source, task);
                copied.incrementAndGet();
                bytes.addAndGet(blob.sizeBytes());
                fact(task, blob, "copied");
                task.done();
            }
        }
    }

    private static void fact(ProgressTask task, Descriptor blob, String way) {
        task.fact(
                ProgressFacts.BLOB,
                Map.of(
                        ProgressFacts.DIGEST, blob.digest().toString(),
                        ProgressFacts.SIZE_BYTES, Long.toString(blob.sizeBytes()),
                        ProgressFacts.WAY, way));
    }

    private static List<Descriptor> manifests(List<List<CopyPlan.PlannedManifest>> levels, Descriptor root) {
        List<Descriptor> all = new ArrayList<>();
        levels.forEach(level -> level.forEach(m -> all.add(m.descriptor())));
        all.add(root);
        return all;
    }
}
