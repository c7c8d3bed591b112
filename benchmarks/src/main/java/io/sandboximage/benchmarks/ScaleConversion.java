package io.sandboximage.benchmarks;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;

/** One conversion as a process of its own, {@code LAYOUT FILE [tag=TAG|size=BYTES|cache=DIR]…}; prints what it tells, a line {@code name=value} each. */
final class ScaleConversion {
    /** The guard against hostile images is not what is measured. */
    private static final long MAX_BYTES = 64L << 40;

    private ScaleConversion() {}

    public static void main(String[] arguments) {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(Path.of(arguments[1])).maxSize(MAX_BYTES);
        String tag = ScaleImages.TAG;
        for (int i = 2; i < arguments.length; i++) {
            String name = arguments[i].substring(0, arguments[i].indexOf('='));
            String value = arguments[i].substring(name.length() + 1);
            switch (name) {
                case "tag" -> tag = value;
                case "size" -> snapshotter = snapshotter.size(Long.parseLong(value));
                case "cache" -> snapshotter = snapshotter.layerCache(LayerCache.at(Path.of(value)));
                default -> throw new IllegalArgumentException(arguments[i]);
            }
        }
        PrintStream out = BenchmarkRun.out();
        try (ImageSource image = OciLayout.source(Path.of(arguments[0]), tag)) {
            Snapshot made = snapshotter.snapshot(image, ProgressTask.silent());
            made.properties().forEach((name, value) -> out.println(name + "=" + value));
        }
        out.println("heapPeakBytes=" + heapPeakBytes());
    }

    private static long heapPeakBytes() {
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        return peak;
    }
}
