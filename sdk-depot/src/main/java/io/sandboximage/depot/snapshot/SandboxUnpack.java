package io.sandboximage.depot.snapshot;

import io.sandboximage.DataSize;
import io.sandboximage.Snapshot;
import io.sandboximage.depot.sandbox.DepotSandbox;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.sandbox.SandboxRequest;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One run that makes the file in a sandbox. */
final class SandboxUnpack {
    static final String KIND = "depot-sandbox";

    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final String FOLDER = "/tmp/sandbox-image/";
    private static final int ARCHIVE_MODE = 0644;
    private static final long MIB = 1024L * 1024;
    private static final long GIB = 1024 * MIB;
    private static final int BUFFER_BYTES = 256 * 1024;

    private final DepotSandboxes sandboxes;
    private final SnapshotSettings settings;
    private final ImagePlace image;
    private final Registrar registrar;

    SandboxUnpack(DepotSandboxes sandboxes, SnapshotSettings settings, ImagePlace image, Registrar registrar) {
        this.sandboxes = sandboxes;
        this.settings = settings;
        this.image = image;
        this.registrar = registrar;
    }

    Snapshot run(ProgressTask progress) {
        long start = System.nanoTime();
        registrar.requireMeans(settings.file().isPresent());
        requirePullable();
        SandboxRequest request = SandboxRequest.defaults().timeout(settings.timeout);
        if (settings.builderImage().isPresent()) {
            request = request.image(settings.builderImage().get());
        }
        try (SandboxLease lease = SandboxLease.create(sandboxes, request, progress)) {
            DepotSandbox sandbox = lease.sandbox();
            await(sandbox, progress);
            InstalledHelper helper = settings.helper.install(sandbox, progress);
            String file = settings.output().orElse(FOLDER + image.fileName());
            unpack(sandbox, helper, file, progress);
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put("sandbox", sandbox.id());
            properties.put("ext4", file);
            properties.put("sizeBytes", Long.toString(size(sandbox, file)));
            if (settings.file().isPresent()) {
                download(sandbox, file, settings.file().get(), progress);
                properties.put("file", settings.file().get().toString());
            }
            String reference = registrar.register(sandboxes, sandbox, helper, file, properties, progress);
            return new Snapshot(
                    KIND, reference, image.digest(), false, properties, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void requirePullable() {
        if (image.pinned().isEmpty() && !settings.helper.own()) {
            throw new InvalidRequestException("The helper in the sandbox pulls from registries, but " + image.named()
                    + " is in none: push it to one first, or let UnpackHelper.ofThisSdk() unpack it");
        }
    }

    private static void await(DepotSandbox sandbox, ProgressTask progress) {
        try (ProgressTask task = progress.child("start the sandbox " + sandbox)) {
            sandbox.awaitRunning(START_LIMIT);
            task.done();
        }
    }

    private void unpack(DepotSandbox sandbox, InstalledHelper helper, String file, ProgressTask progress) {
        List<String> arguments = new ArrayList<>(List.of("pull", place(sandbox, progress), "--output", file));
        settings.size().ifPresent(size -> arguments.addAll(List.of("--size", text(size))));
        if (helper.own()) {
            arguments.addAll(List.of("--platform", settings.platform.toString()));
        }
        sandbox.files().createDirectories(file.substring(0, Math.max(1, file.lastIndexOf('/'))));
        try (ProgressTask task = progress.child("unpack " + image.named() + " in the sandbox " + sandbox)) {
            run(sandbox, helper, arguments, image.pinned().map(ImageReference::registry), registrar, task);
            task.done();
        }
    }

    /** Runs a helper to its end; what it writes becomes progress. */
    static void run(
            DepotSandbox sandbox,
            InstalledHelper helper,
            List<String> arguments,
            Optional<String> registry,
            Registrar registrar,
            ProgressTask task) {
        HelperProgress output = new HelperProgress(task);
        HelperProgress errors = new HelperProgress(task);
        int exitCode = sandbox.run(registrar.loggedIn(helper.with(arguments), registry), output, errors);
        if (exitCode == 0) {
            return;
        }
        List<String> tail = new ArrayList<>(output.tail());
        tail.addAll(errors.tail());
        throw new BuildFailedException(
                "The snapshot helper in the sandbox " + sandbox + " failed with exit code " + exitCode + " for "
                        + arguments.get(1) + (tail.isEmpty() ? "" : ":\n" + String.join("\n", tail)),
                new BuildFailedException.Failure(
                        Optional.of("unpack image"), OptionalInt.of(exitCode), Optional.empty(), tail),
                null,
                null);
    }

    /** As Depot's command line writes sizes, where that is exact. */
    private static String text(DataSize size) {
        if (size.bytes() % GIB == 0) {
            return size.bytes() / GIB + "GiB";
        }
        return size.bytes() % MIB == 0 ? size.bytes() / MIB + "MiB" : Long.toString(size.bytes());
    }

    /** What the helper is to pull: a reference by digest, or the archive that was put beside it. */
    private String place(DepotSandbox sandbox, ProgressTask progress) {
        if (image.pinned().isPresent()) {
            return image.pinned().get().toString();
        }
        try (TemporaryDirectory temporary = TemporaryDirectory.create("depot-")) {
            Path archive = temporary.path().resolve("image.tar");
            OciArchive.sink(archive).write(image.source(), progress);
            UnpackHelper.send(sandbox, archive, FOLDER + "image.tar", ARCHIVE_MODE, progress);
        }
        return OciArchive.TRANSPORT + ":" + FOLDER + "image.tar";
    }

    private static long size(DepotSandbox sandbox, String file) {
        try {
            return sandbox.files().stat(file).sizeBytes();
        } catch (NotFoundException e) {
            throw new NotFoundException(
                    "The snapshot helper in the sandbox " + sandbox + " ended without an error, but there is no " + file
                            + ". Is it a helper that understands \"pull IMAGE --output FILE\"?",
                    e);
        }
    }

    static void download(DepotSandbox sandbox, String file, Path target, ProgressTask progress) {
        try (InputStream in = sandbox.files().read(file);
                ProgressTask task = progress.child("download " + file, ProgressUnit.BYTES, -1);
                AtomicFile out = AtomicFile.create(target)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.stream().write(buffer, 0, count);
                task.advance(count);
            }
            out.commit();
            task.done();
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }
}
