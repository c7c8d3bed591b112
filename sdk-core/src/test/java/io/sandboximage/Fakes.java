package io.sandboximage;

import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Sinks and snapshotters that do what the test says. */
final class Fakes {
    private Fakes() {}

    static ImageSink sink(String name, Consumer<ImageSource> work) {
        return new ImageSink() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Delivery write(ImageSource source, ProgressTask progress) {
                work.accept(source);
                return new Delivery(name, source.descriptor(), 2, 0, 1, 30, Duration.ZERO);
            }
        };
    }

    static ImageSink sink(String name) {
        return sink(name, source -> {});
    }

    static Snapshotter snapshotter(String name, Consumer<ImageSource> work) {
        return new Snapshotter() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Snapshot snapshot(ImageSource source, ProgressTask progress) {
                work.accept(source);
                return new Snapshot(
                        "fake", name, source.descriptor().digest(), false, Map.of("sizeBytes", "7"), Duration.ZERO);
            }
        };
    }

    /** Work that never ends by itself; it obeys interruption. */
    static Consumer<ImageSource> endless(Runnable started) {
        return source -> {
            started.run();
            try {
                new java.util.concurrent.CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw io.sandboximage.error.CancelledException.interrupted("doing nothing", e);
            }
        };
    }
}
