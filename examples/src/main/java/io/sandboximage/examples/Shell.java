package io.sandboximage.examples;

import io.sandboximage.Delivery;
import io.sandboximage.ImageProducer;
import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.examples.quickstart.Quickstart;
import io.sandboximage.examples.quickstart.QuickstartResult;
import io.sandboximage.git.GitRepository;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.OwnedSource;
import java.nio.file.Path;

/** The words of {@code examples/bin/sdk-shell}. */
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

    /** An empty image for this machine, to which layers can be added. */
    public static ImageAssembly scratch() {
        return ImageAssembly.scratch(Platform.linuxOnThisMachine());
    }

    /** A pipeline over an image, to which places, snapshots and records can be added; its progress is shown. */
    public static SandboxImagePipeline.Builder pipeline(ImageSource image) {
        return SandboxImagePipeline.builder().from(image).progress(SHOWN);
    }

    /** The same over an image that is made anew for each run, such as {@link #scratch()} or {@code build(".")}. */
    public static SandboxImagePipeline.Builder pipeline(ImageProducer image) {
        return SandboxImagePipeline.builder().produce(image).progress(SHOWN);
    }

    /** A build of a folder with its Dockerfile, on the builder that the environment names; for {@link #pipeline(ImageProducer)}. */
    public static ImageProducer build(String folder) {
        return progress -> {
            BuildKitBuilder builder = BuildKitBuilder.auto()
                    .credentials(CredentialProvider.fromEnvironment())
                    .inPlace();
            return new OwnedSource(builder.build(DockerfileBuild.of(Path.of(folder)), progress), builder::close);
        };
    }

    /** The golden caches in a folder, which is made when needed. */
    public static GoldenStore golden(String folder) {
        return GoldenStore.at(Path.of(folder));
    }

    /** What git says of the checkout that a folder is in. */
    public static GitRepository git(String folder) {
        return GitRepository.at(Path.of(folder));
    }

    /** The whole chain, once through. */
    public static QuickstartResult quickstart() {
        return Quickstart.run(SHOWN);
    }
}
