package io.sandboximage.golden;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import io.sandboximage.golden.internal.host.MountTable;
import io.sandboximage.golden.internal.host.Program;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Chooses a strategy, and knows what each cannot do. */
@SuppressWarnings("try") // Locks are held, not used.
final class Strategies {
    private static final int PROBE_BYTES = 4096;
    /** Besides overlay2; they have plain files and links in the data root, and nothing elsewhere. */
    private static final Set<String> PLAIN_DRIVERS = Set.of("vfs", "overlay", "fuse-overlayfs");

    private static final String ADVICE =
            "Start the engine with --storage-driver overlay2, or overlayfs with containerd's store";

    private Strategies() {}

    static CloneStrategy choose(StoreFiles files, GoldenStore.Builder settings) {
        Trees.makeFolders(files.root());
        try (InterprocessLock lock = files.lock()) {
            Optional<GoldenStrategy> written = Records.read(files.settings())
                    .flatMap(json -> json.string("strategy"))
                    .map(GoldenStrategy::valueOf);
            if (written.isPresent() && settings.strategy != null && written.get() != settings.strategy) {
                throw new InvalidRequestException("The golden store " + files.root() + " works by " + written.get()
                        + ", not by " + settings.strategy + ". Choose another folder for that");
            }
            GoldenStrategy kind = written.orElseGet(() -> settings.strategy == null ? probe(files) : settings.strategy);
            CloneStrategy strategy = make(kind, files, settings);
            if (written.isEmpty()) {
                requireFileSystem(kind, files);
                AtomicFile.write(files.settings(), Json.write(Map.of("version", 1, "strategy", kind.name())));
            }
            return strategy;
        }
    }

    /** @throws InvalidRequestException with the reason, if there are images in a form that the strategy would tear or leave behind */
    static void requireCarried(GoldenStrategy kind, DataRoot data) {
        for (String driver : data.drivers()) {
            if (!driver.equals("overlay2")) {
                requirePlain(kind, "the storage driver " + driver, PLAIN_DRIVERS.contains(driver));
            }
        }
        for (String snapshotter : data.snapshotters()) {
            if (!snapshotter.equals("overlayfs")) {
                requirePlain(kind, "containerd's snapshotter " + snapshotter, snapshotter.equals("native"));
            }
        }
    }

    private static void requirePlain(GoldenStrategy kind, String what, boolean plain) {
        if (!plain) {
            throw new InvalidRequestException(
                    "Goldens do not carry images of " + what + ": it keeps them as subvolumes or"
                            + " devices, outside of the data root, or in a way that is not known here. " + ADVICE);
        }
        if (kind == GoldenStrategy.LAYER_FARM) {
            throw new InvalidRequestException("The strategy " + kind + " does not carry images of " + what
                    + ": links cannot stand for its layers. " + ADVICE + ", or choose another strategy");
        }
    }

    private static GoldenStrategy probe(StoreFiles files) {
        String type = MountTable.ofThisProcess()
                .of(files.root())
                .map(MountTable.Entry::type)
                .orElse("");
        boolean root = System.getProperty("user.name", "").equals("root");
        if (root && type.equals("btrfs") && Program.installed("btrfs")) {
            return GoldenStrategy.BTRFS_SNAPSHOT;
        }
        if (root && Program.installed("mount") && Program.installed("mkfs.ext4") && reflinks(files)) {
            return GoldenStrategy.REFLINKED_IMAGE;
        }
        return GoldenStrategy.LAYER_FARM;
    }

    private static boolean reflinks(StoreFiles files) {
        Path probe = files.root().resolve(".probe");
        Path clone = files.root().resolve(".probe-clone");
        try {
            Files.write(probe, new byte[PROBE_BYTES]);
            return Program.succeeds("try a reflink", "cp", "--reflink=always", probe, clone);
        } catch (IOException e) {
            throw AtomicFile.failed(probe, e);
        } finally {
            AtomicFile.removeQuietly(probe);
            AtomicFile.removeQuietly(clone);
        }
    }

    private static void requireFileSystem(GoldenStrategy kind, StoreFiles files) {
        String type = MountTable.ofThisProcess()
                .of(files.root())
                .map(MountTable.Entry::type)
                .orElse("unknown");
        if (kind == GoldenStrategy.BTRFS_SNAPSHOT && !type.equals("btrfs")) {
            throw refusal(kind, files, "is on " + type + ", and only btrfs has snapshots");
        }
        if (kind == GoldenStrategy.REFLINKED_IMAGE && !reflinks(files)) {
            throw refusal(
                    kind, files, "is on " + type + " without reflinks; XFS made with reflink=1 and btrfs have them");
        }
    }

    private static InvalidRequestException refusal(GoldenStrategy kind, StoreFiles files, String why) {
        return new InvalidRequestException("The golden store " + files.root() + " cannot work by " + kind + ": it "
                + why + ". Choose another strategy or folder");
    }

    private static CloneStrategy make(GoldenStrategy kind, StoreFiles files, GoldenStore.Builder settings) {
        return switch (kind) {
            case BTRFS_SNAPSHOT -> new BtrfsStrategy();
            case REFLINKED_IMAGE -> new ImageStrategy(files, settings.imageBytes);
            case LAYER_FARM -> new FarmStrategy(files);
            case COPY -> new CopyStrategy();
        };
    }
}
