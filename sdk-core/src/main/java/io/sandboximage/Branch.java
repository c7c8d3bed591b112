package io.sandboximage;

import io.sandboximage.progress.ProgressTask;
import java.util.Optional;

/** A place that the image goes to, or something that is made of it: what runs side by side with others of its kind. */
sealed interface Branch {
    StepKind kind();

    String name();

    String spec();

    /** Whether the run fails if it fails. */
    boolean required();

    Made work(ImageSource source, ProgressTask task);

    /** What an earlier run made, if it is there still. */
    Optional<Made> stillThere(Made earlier);

    /** What came out: one of the two. */
    sealed interface Made {
        String detail();

        boolean unchanged();
    }

    /** Of a sink. */
    record Delivered(Delivery delivery) implements Made {
        @Override
        public boolean unchanged() {
            return delivery.blobsCopied() == 0 && delivery.blobsMounted() == 0;
        }

        @Override
        public String detail() {
            return unchanged()
                    ? "all blobs present"
                    : delivery.blobsCopied() + " blobs copied, " + delivery.blobsMounted() + " mounted, "
                            + delivery.blobsSkipped() + " present";
        }
    }

    /** Of a snapshotter. */
    record Snapped(Snapshot snapshot) implements Made {
        @Override
        public boolean unchanged() {
            return snapshot.reused();
        }

        @Override
        public String detail() {
            return snapshot.reused() ? "unchanged" : "";
        }
    }

    /** Writes to a sink. */
    record ToSink(ImageSink sink, boolean required) implements Branch {
        @Override
        public StepKind kind() {
            return StepKind.DESTINATION;
        }

        @Override
        public String name() {
            return sink.name();
        }

        @Override
        public String spec() {
            return sink.spec();
        }

        @Override
        public Made work(ImageSource source, ProgressTask task) {
            return new Delivered(sink.write(source, task));
        }

        @Override
        public Optional<Made> stillThere(Made earlier) {
            return earlier instanceof Delivered made && sink.has(made.delivery) ? Optional.of(made) : Optional.empty();
        }
    }

    /** Asks a snapshotter. */
    record ToSnapshot(Snapshotter snapshotter, boolean required) implements Branch {
        @Override
        public StepKind kind() {
            return StepKind.SNAPSHOT;
        }

        @Override
        public String name() {
            return snapshotter.name();
        }

        @Override
        public String spec() {
            return snapshotter.spec();
        }

        @Override
        public Made work(ImageSource source, ProgressTask task) {
            return new Snapped(snapshotter.snapshot(source, task));
        }

        @Override
        public Optional<Made> stillThere(Made earlier) {
            return earlier instanceof Snapped made && snapshotter.has(made.snapshot)
                    ? Optional.of(made)
                    : Optional.empty();
        }
    }
}
