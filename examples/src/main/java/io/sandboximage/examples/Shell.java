package io.sandboximage.examples;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.examples.quickstart.Quickstart;
import io.sandboximage.examples.quickstart.QuickstartResult;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.store.CopyOptions;
import java.nio.file.Path;

/** The words of {@code examples/bin/sandbox-shell}. */
public final class Shell {
    private static final RegistryClient REGISTRIES = RegistryClient.fromEnvironment();

    /** JShell passes on what is printed; a terminal it is not. */
    private static final ProgressListener SHOWN = Progress.plain(System.err);

    private Shell() {}

    /** An image by its place, for instance {@code oci:dir:tag} or {@code ghcr.io/acme/app:v1}. */
    public static ImageSource image(String place) {
        return Place.parse(place).source(REGISTRIES);
    }

    /** Writes an image as an ext4 file. */
    public static Snapshot ext4(ImageSource image, String file) {
        return SandboxImagePipeline.builder()
                .from(image)
                .snapshot(Ext4Snapshotter.to(Path.of(file)))
                .progress(SHOWN)
                .run()
                .snapshots()
                .get(0);
    }

    /** Copies an image between two places. */
    public static Delivery copy(ImageSource image, String place) {
        return SandboxImagePipeline.builder()
                .from(image)
                .to(Place.parse(place).sink(REGISTRIES, CopyOptions.DEFAULT))
                .progress(SHOWN)
                .run()
                .deliveries()
                .get(0);
    }

    /** The whole chain, once through. */
    public static QuickstartResult quickstart() {
        return Quickstart.run(SHOWN);
    }
}
