package io.sandboximage.depot.snapshot;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.Snapshotter;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes a bootable ext4 file of an image in a short-lived sandbox of Depot's, and registers it for later sandboxes:
 *
 * <ol>
 *   <li>a sandbox is created, with a timeout that ends it even if this process dies;
 *   <li>the {@link UnpackHelper} is put into it;
 *   <li>the helper pulls the image from its registry and makes the file; its progress is passed on;
 *   <li>the file is downloaded, where that is asked for;
 *   <li>it is registered by the first {@link Registration} that the server and the settings offer;
 *   <li>the sandbox is killed, whatever happened before.
 * </ol>
 *
 * <p>{@link #local} makes the file here instead, by the SDK's own engine. Immutable and thread-safe; the sandboxes' connection stays
 * the caller's.
 */
public final class DepotSandboxSnapshotter implements Snapshotter {
    private final DepotSandboxes sandboxes;
    private final boolean local;
    private final SnapshotSettings settings;

    private DepotSandboxSnapshotter(DepotSandboxes sandboxes, boolean local, SnapshotSettings settings) {
        this.sandboxes = sandboxes;
        this.local = local;
        this.settings = settings;
    }

    /** Unpacks in a sandbox, with Depot's own helper unless another is given. */
    public static DepotSandboxSnapshotter of(DepotSandboxes sandboxes) {
        return new DepotSandboxSnapshotter(sandboxes, false, new SnapshotSettings());
    }

    /** Makes the file here and creates no sandbox. */
    public static DepotSandboxSnapshotter local(DepotSandboxes sandboxes, Path file) {
        SnapshotSettings settings = new SnapshotSettings();
        settings.file(file);
        return new DepotSandboxSnapshotter(sandboxes, true, settings);
    }

    private DepotSandboxSnapshotter with(Consumer<SnapshotSettings> change) {
        SnapshotSettings changed = settings.copy();
        change.accept(changed);
        return new DepotSandboxSnapshotter(sandboxes, local, changed);
    }

    /** The program that makes the file in the sandbox. */
    public DepotSandboxSnapshotter helper(UnpackHelper helper) {
        return with(s -> s.helper = helper);
    }

    /** The image that the unpack sandbox boots from; Depot's default without it. */
    public DepotSandboxSnapshotter builderImage(String reference) {
        return with(s -> s.builderImage(reference));
    }

    /** Path of the file in the sandbox; otherwise the last part of the image's name with {@code .ext4} below {@code /tmp}. */
    public DepotSandboxSnapshotter output(String path) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new InvalidRequestException(
                    "The file in the sandbox must have an absolute path, not \"" + path + "\"");
        }
        return with(s -> s.output(path));
    }

    /** Exact size; otherwise the helper decides: content plus 20 %, at least 64 MiB. */
    public DepotSandboxSnapshotter size(DataSize size) {
        return with(s -> s.size(size));
    }

    /** Which image of a multi-platform one; {@code linux/amd64} unless given, which is what Depot's sandboxes run. */
    public DepotSandboxSnapshotter platform(Platform platform) {
        return with(s -> s.platform = platform);
    }

    /** Who to be to the image's registry and the artifact's; to Depot's own we are the holder of our token. */
    public DepotSandboxSnapshotter credentials(CredentialProvider provider) {
        return with(s -> s.credentials = provider);
    }

    /** How long the sandbox lives at most, thirty minutes unless given; Depot counts in whole minutes. */
    public DepotSandboxSnapshotter timeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new InvalidRequestException("The timeout " + limit + " is not positive");
        }
        return with(s -> s.timeout = limit);
    }

    /** What the snapshot is called on Depot's side; otherwise after the image. */
    public DepotSandboxSnapshotter named(String name) {
        return with(s -> s.name(name));
    }

    /** Where the file goes as an artifact, if {@link Registration#ARTIFACT} has its turn. */
    public DepotSandboxSnapshotter artifact(ImageReference reference) {
        return with(s -> s.artifact(reference));
    }

    /** Brings the file here as well; it appears whole or not at all. */
    public DepotSandboxSnapshotter download(Path file) {
        return with(s -> s.file(file));
    }

    /** Tries these means in this order and no others; otherwise all, in the order of the enum. */
    public DepotSandboxSnapshotter register(Registration first, Registration... more) {
        if (EnumSet.of(first, more).size() != more.length + 1) {
            throw new InvalidRequestException("A means of registration is given twice");
        }
        return with(s -> {
            List<Registration> all = new java.util.ArrayList<>(List.of(first));
            all.addAll(List.of(more));
            s.registrations = List.copyOf(all);
        });
    }

    @Override
    public String name() {
        return "depot sandbox"
                + settings.name().map(name -> " " + name).orElse("")
                + settings.file().map(file -> " " + file).orElse("");
    }

    /**
     * Runs all of it. The properties of the result: {@code registeredBy}, {@code sizeBytes}, and where there is one
     * {@code sandbox}, {@code ext4} (the file's path in it), {@code snapshotId}, {@code artifact}, {@code bootImage} (what sandboxes
     * can boot from) and {@code file} (the file here).
     *
     * @throws InvalidRequestException if nothing of what was asked for can register the result
     * @throws io.sandboximage.error.BuildFailedException if the helper fails; the message has its last lines
     * @throws io.sandboximage.error.DeadlineExceededException if the sandbox does not run in time
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    @Override
    public Snapshot snapshot(ImageSource source, ProgressTask progress) {
        ImagePlace image = ImagePlace.of(
                source, source.image(settings.platform).descriptor().digest());
        Registrar registrar =
                new Registrar(settings, image, RegistryLogin.of(settings.credentials, sandboxes.access()));
        return local
                ? new LocalUnpack(settings, image, registrar).run(progress)
                : new SandboxUnpack(sandboxes, settings, image, registrar).run(progress);
    }
}
