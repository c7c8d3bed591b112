package io.sandboximage.examples.quickstart;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The whole chain, and proof that it works: an image is assembled, pushed to a registry on this machine, pulled back by the real
 * client, written as an ext4 file system, and compared name by name with what was put in. Needs a JDK and nothing else.
 */
public final class Quickstart {
    private static final String REPOSITORY = "quickstart/sandbox";
    private static final int MAX_TOLD = 20;

    private final Path directory;
    private final ProgressListener progress;
    private final List<Step> steps = new ArrayList<>();

    private Quickstart(Path directory, ProgressListener progress) {
        this.directory = directory;
        this.progress = progress;
    }

    /** Leaves nothing behind. */
    public static QuickstartResult run(ProgressListener progress) {
        try (TemporaryDirectory temporary = TemporaryDirectory.create()) {
            return new Quickstart(temporary.path(), progress).run().withoutFile();
        }
    }

    /** Runs in a directory, which is made if it is missing, and leaves {@code quickstart.ext4} there. */
    public static QuickstartResult run(Path directory, ProgressListener progress) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("Could not make the directory " + directory + ": " + e, e);
        }
        return new Quickstart(directory, progress).run();
    }

    private QuickstartResult run() {
        Optional<Path> busybox = Busybox.find();
        List<SampleLayer> layers = SampleFiles.layers(busybox);
        Map<String, SampleFile> expected = new LinkedHashMap<>();
        layers.forEach(layer -> layer.files().forEach(file -> expected.put(file.path(), file)));
        Path file = directory.resolve("quickstart.ext4");
        try (RegistryServer server = RegistryServer.builder().start();
                RegistryClient client = RegistryClient.builder().build()) {
            ImageReference reference = server.reference(REPOSITORY, "latest");
            Digest pushed = assembleAndPush(layers, busybox.isPresent(), client, reference);
            Snapshot snapshot = pullAndWrite(client, reference, pushed, file);
            compare(file, expected);
            check(file);
            long size = Long.parseLong(snapshot.properties().getOrDefault("sizeBytes", "0"));
            return new QuickstartResult(
                    snapshot.image(), busybox.isPresent(), expected.size(), size, Optional.of(file), steps);
        }
    }

    private Digest assembleAndPush(
            List<SampleLayer> layers, boolean init, RegistryClient client, ImageReference reference) {
        try (TemporaryDirectory work = TemporaryDirectory.create();
                ProgressTask task = ProgressTask.root(progress, "assemble");
                ImageSource assembled = step(
                        "assemble an image",
                        () -> SampleImage.assemble(layers, init, work.path(), task),
                        source -> layers.size() + " layers, "
                                + (init ? "with busybox as init" : "plain files, no init"))) {
            task.done();
            return push(assembled, client, reference);
        }
    }

    private Digest push(ImageSource assembled, RegistryClient client, ImageReference reference) {
        ImageSink sink = ImageCopier.sink(
                reference.toString(), () -> client.destination(reference, List.of()), CopyOptions.DEFAULT);
        Delivery delivery = step(
                "push it to a registry",
                () -> SandboxImagePipeline.builder()
                        .from(assembled)
                        .to(sink)
                        .progress(progress)
                        .run()
                        .deliveries()
                        .get(0),
                d -> d.blobsCopied() + " blobs to " + reference.registry());
        return delivery.descriptor().digest();
    }

    private Snapshot pullAndWrite(RegistryClient client, ImageReference reference, Digest pushed, Path file) {
        Snapshot snapshot = step(
                "pull it and write an ext4",
                () -> SandboxImagePipeline.builder()
                        .produce(task -> client.source(reference))
                        .snapshot(Ext4Snapshotter.to(file).label("quickstart"))
                        .progress(progress)
                        .run()
                        .snapshots()
                        .get(0),
                s -> s.properties().getOrDefault("files", "?") + " files" + (s.reused() ? ", there already" : ""));
        if (!snapshot.image().equals(pushed)) {
            throw new IntegrityException(
                    "The image " + pushed + " was pushed, but " + snapshot.image() + " was pulled");
        }
        return snapshot;
    }

    private void compare(Path file, Map<String, SampleFile> expected) {
        List<String> differences = step(
                "read it back and compare",
                () -> {
                    try (Ext4Reader reader = Ext4Reader.open(file)) {
                        reader.verify();
                        return TreeComparison.differences(reader, expected, SampleImage.TIME);
                    }
                },
                found -> expected.size() + " names, " + found.size() + " differences");
        if (!differences.isEmpty()) {
            throw new IntegrityException("The file system differs from what was put into the image:\n  "
                    + differences.stream().limit(MAX_TOLD).collect(Collectors.joining("\n  ")));
        }
    }

    private void check(Path file) {
        Optional<Path> e2fsck = FileSystemCheck.find();
        if (e2fsck.isEmpty()) {
            steps.add(new Step("check with e2fsck", Duration.ZERO, "not installed, left out"));
            return;
        }
        step(
                "check with e2fsck",
                () -> {
                    FileSystemCheck.run(e2fsck.get(), file);
                    return true;
                },
                clean -> "clean");
    }

    private <T> T step(String name, Supplier<T> work, Function<T, String> detail) {
        long start = System.nanoTime();
        T result = work.get();
        steps.add(new Step(name, Duration.ofNanos(System.nanoTime() - start), detail.apply(result)));
        return result;
    }
}
