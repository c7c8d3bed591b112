package io.sandboximage.conversion;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that converts the image of a layout and stops in the middle of writing, for {@link ConversionFaultsIT} to kill it. */
final class KilledConversion {
    static final String STOPPED = "stopped while writing";

    private KilledConversion() {}

    /** @param arguments the layout's directory and the file to write */
    public static void main(String[] arguments) {
        CountDownLatch never = new CountDownLatch(1);
        try (ImageSource source = OciLayout.source(Path.of(arguments[0]));
                ProgressTask progress = ProgressTask.root(event -> stopInFinish(event, never), "conversion")) {
            Ext4Snapshotter.to(Path.of(arguments[1])).snapshot(source, progress);
        }
    }

    @SuppressWarnings("SystemOut")
    private static void stopInFinish(ProgressEvent event, CountDownLatch never) {
        if (event instanceof ProgressEvent.Started started && started.label().startsWith("finish ")) {
            System.out.println(STOPPED);
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
