package io.sandboximage.rootfs;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.Snapshotter;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Finish.Form;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns an image into an ext4 file that a virtual machine boots from, without root, mounts or a temporary tree. Immutable and
 * thread-safe; every step gives a changed copy.
 *
 * <pre>{@code
 * Ext4Snapshotter.to(Path.of("sandbox.ext4")).size("10GiB").label("sandbox")
 * }</pre>
 *
 * The file appears under its name whole or not at all. The same image and options give the same bytes on every machine, and from every
 * registry, layout, archive or engine, however it packs the layers. A file that is there already, was made from the same image with the same options and was not mounted
 * for writing since is used as it is.
 *
 * <p>Properties of the snapshot: {@code sizeBytes}, {@code usedBytes} (blocks in use), {@code files} (inodes in use, without
 * reserved ones), {@code layers}, {@code layersLocal} (layers that were not transferred), {@code layersReused} and {@code reusedBytes}
 * (layers from the layer cache, and the file data in them), {@code sha256} (where asked for), {@code unpackMillis} (layers and file
 * data), {@code planMillis}, {@code copyMillis} (data from the layer cache), {@code finishMillis} (metadata and sync). A reused one lacks what was not
 * done.
 */
public final class Ext4Snapshotter implements Snapshotter {
    /** The kind of its snapshots; their reference is the file's path. */
    public static final String KIND = "ext4";

    private static final long DEFAULT_MAX_BYTES = 1L << 40;

    private final Settings settings;

    private Ext4Snapshotter(Settings settings) {
        this.settings = settings;
    }

    /** A snapshotter that writes {@code file}; directories that lack are made. */
    public static Ext4Snapshotter to(Path file) {
        return new Ext4Snapshotter(new Settings(file));
    }

    /**
     * An exact size, for instance {@code 10GiB}.
     *
     * @throws InvalidRequestException if the text is no size or the size is not possible
     */
    public Ext4Snapshotter size(String size) {
        return size(DataSize.parse(size).bytes());
    }

    /** An exact size in bytes. Without it, content and metadata take what they need and {@link #freeSpacePercent} is added. */
    public Ext4Snapshotter size(long bytes) {
        Settings changed = settings.copy();
        changed.options = changed.options.sizeBytes(bytes);
        return new Ext4Snapshotter(changed);
    }

    /**
     * The least size where no exact size is given, for instance {@code 2GiB}; none by default.
     *
     * @throws InvalidRequestException if the text is no size or the size is not possible
     */
    public Ext4Snapshotter minimumSize(String size) {
        return minimumSize(DataSize.parse(size).bytes());
    }

    /** The least size in bytes where no exact size is given. */
    public Ext4Snapshotter minimumSize(long bytes) {
        Settings changed = settings.copy();
        changed.options = changed.options.minimumBytes(bytes);
        return new Ext4Snapshotter(changed);
    }

    /**
     * Free space where no exact size is given, for instance {@code 2GiB}, in place of {@link #freeSpacePercent}.
     *
     * @throws InvalidRequestException if the text is no size or the size is not possible
     */
    public Ext4Snapshotter freeSpace(String size) {
        return freeSpace(DataSize.parse(size).bytes());
    }

    /** Free space in bytes where no exact size is given, in place of {@link #freeSpacePercent}. */
    public Ext4Snapshotter freeSpace(long bytes) {
        Settings changed = settings.copy();
        changed.options = changed.options.freeBytes(bytes);
        return new Ext4Snapshotter(changed);
    }

    /**
     * How many inodes there are, used ones included; by default one for each 16 KiB, and never less than are needed and 20 % more.
     *
     * @throws InvalidRequestException if the number is not possible; also, when converting, if the image needs more
     */
    public Ext4Snapshotter inodes(long count) {
        Settings changed = settings.copy();
        changed.options = changed.options.inodes(count);
        return new Ext4Snapshotter(changed);
    }

    /**
     * Files that are merged over the image as a last layer: an init, {@code resolv.conf}, keys. The image itself stays as it is, and
     * the snapshot still bears its digest. They are read anew for each conversion; their time is the image's, unless the layer says
     * another. What is added later covers what was added before.
     */
    public Ext4Snapshotter add(LayerSpec files) {
        Settings changed = settings.copy();
        changed.added = Stream.concat(changed.added.stream(), Stream.of(files)).toList();
        return new Ext4Snapshotter(changed);
    }

    /** Free space where no exact size is given, in percent of what the content needs; 20 by default. */
    public Ext4Snapshotter freeSpacePercent(int percent) {
        Settings changed = settings.copy();
        changed.options = changed.options.freePercent(percent);
        return new Ext4Snapshotter(changed);
    }

    /**
     * How large the file system, and what the layers hold uncompressed, may become; 1 TiB by default. It protects against images
     * that are made to fill a disk.
     */
    public Ext4Snapshotter maxSize(long bytes) {
        if (bytes <= 0) {
            throw new InvalidRequestException("A largest size of " + bytes + " bytes is not possible");
        }
        Settings changed = settings.copy();
        changed.maxBytes = bytes;
        return new Ext4Snapshotter(changed);
    }

    /** Which image of a multi-platform one; by default the one for Linux on this machine's processor. */
    public Ext4Snapshotter platform(Platform platform) {
        Settings changed = settings.copy();
        changed.platform = platform;
        return new Ext4Snapshotter(changed);
    }

    /** Volume label, at most 16 bytes in UTF-8. */
    public Ext4Snapshotter label(String label) {
        Settings changed = settings.copy();
        changed.options = changed.options.label(label);
        return new Ext4Snapshotter(changed);
    }

    /** The file system's UUID; without it one is derived from the image and these options. */
    public Ext4Snapshotter uuid(UUID uuid) {
        Settings changed = settings.copy();
        changed.options = changed.options.uuid(uuid);
        return new Ext4Snapshotter(changed);
    }

    /** Whether there is a journal; on by default. */
    public Ext4Snapshotter journal(boolean on) {
        Settings changed = settings.copy();
        changed.options = changed.options.journal(on);
        return new Ext4Snapshotter(changed);
    }

    /** Where fetched layers are kept for the next time; without it they are removed at the end. */
    public Ext4Snapshotter cacheDir(Path directory) {
        Settings changed = settings.copy();
        changed.cacheDirectory = directory;
        return new Ext4Snapshotter(changed);
    }

    /**
     * Where unpacked layers are kept: a conversion copies those that an earlier one put there, within the kernel or by reference where
     * the file system can, and neither fetches nor unpacks them. The result is the same, byte for byte.
     */
    public Ext4Snapshotter layerCache(LayerCache cache) {
        Settings changed = settings.copy();
        changed.layerCache = cache;
        return new Ext4Snapshotter(changed);
    }

    /**
     * Appends a hash tree of dm-verity to the file system: each block is checked as it is read, against a root hash that the snapshot's
     * properties tell ({@code verityRootHash}, {@code verityHashOffset}, {@code veritySalt}, {@code verityUuid}, {@code
     * verityDataBlocks}). Such a file system can only be mounted to be read. Files with a hash tree, compressed ones and those of
     * QEMU's format are made anew each time.
     */
    public Ext4Snapshotter verity() {
        Settings changed = settings.copy();
        changed.finish = new Ext4Finish(true, Optional.empty(), settings.finish.form());
        return new Ext4Snapshotter(changed);
    }

    /** Like {@link #verity()}, with the tree in a file of its own. */
    public Ext4Snapshotter verity(Path hashes) {
        Settings changed = settings.copy();
        changed.finish = new Ext4Finish(true, Optional.of(hashes), settings.finish.form());
        return new Ext4Snapshotter(changed);
    }

    /**
     * Whether the file is compressed, by {@link io.sandboximage.disk.SeekableZstd}: {@link io.sandboximage.ext4.Ext4Reader} reads it
     * as it is, virtual machines do not. Off by default.
     */
    public Ext4Snapshotter compressed(boolean on) {
        Settings changed = settings.copy();
        changed.finish = settings.finish.withForm(Form.ZSTD, on);
        return new Ext4Snapshotter(changed);
    }

    /**
     * Whether the file has QEMU's own format, by {@link io.sandboximage.disk.Qcow2}: small also where holes of files get lost, and what
     * snapshots within QEMU need. {@link io.sandboximage.ext4.Ext4Reader} does not read it. Off by default.
     *
     * @throws InvalidRequestException if the file is to be compressed
     */
    public Ext4Snapshotter qcow2(boolean on) {
        Settings changed = settings.copy();
        changed.finish = settings.finish.withForm(Form.QCOW2, on);
        return new Ext4Snapshotter(changed);
    }

    /** How many layers are worked on at once; by default as many as there are processors. The result does not depend on it. */
    public Ext4Snapshotter threads(int count) {
        if (count < 1) {
            throw new InvalidRequestException("At least one thread is needed, not " + count);
        }
        Settings changed = settings.copy();
        changed.threads = count;
        return new Ext4Snapshotter(changed);
    }

    /**
     * Whether the file is on disk before it gets its name; on by default. Without it nobody waits for the disk, and a power cut soon
     * after may leave a file that is not whole under the name: for snapshots that nobody misses, or that are made anew after a start
     * of the machine. It makes no difference where only this process is killed.
     */
    public Ext4Snapshotter durable(boolean on) {
        Settings changed = settings.copy();
        changed.durable = on;
        return new Ext4Snapshotter(changed);
    }

    /**
     * Whether a snapshot that has the file's name is made into the new one where possible, instead of replaced; off by default. Only
     * what differs is written then, on any file system. It happens to files that such a run wrote with the same {@link #layerCache} and
     * that nobody has changed, linked or locked since; whether somebody has the file open to read it, only the caller knows, and must
     * not be. While the run lasts, the name is not there, nor after a run that failed or was killed. With {@link #verity} or {@link
     * #compressed} it has no effect.
     */
    public Ext4Snapshotter inPlace(boolean on) {
        Settings changed = settings.copy();
        changed.inPlace = on;
        return new Ext4Snapshotter(changed);
    }

    /** Whether to compute the digest of the finished file, which reads it once more; off by default. */
    public Ext4Snapshotter computeSha256(boolean on) {
        Settings changed = settings.copy();
        changed.sha256 = on;
        return new Ext4Snapshotter(changed);
    }

    /** Where the file goes. */
    public Path file() {
        return settings.file;
    }

    @Override
    public String name() {
        return "ext4 " + settings.file;
    }

    /**
     * Converts the image.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no image for the platform; the message lists what there is
     * @throws InvalidRequestException if the image does not fit the exact size; the message tells the size that it needs
     * @throws io.sandboximage.error.InvalidContentException if a layer is malformed, hostile, or passes the limits
     * @throws io.sandboximage.error.IntegrityException if a layer does not match its digests
     * @throws io.sandboximage.error.StorageException if the disk is full or fails
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    @Override
    public Snapshot snapshot(ImageSource source, ProgressTask progress) {
        return new Ext4Conversion(settings, source, progress).run();
    }

    /** What was chosen. */
    static final class Settings implements Cloneable {
        final Path file;
        Ext4Options options = Ext4Options.defaults();
        Platform platform = Platform.linuxOnThisMachine();
        long maxBytes = DEFAULT_MAX_BYTES;
        int threads = Runtime.getRuntime().availableProcessors();
        boolean sha256;
        boolean durable = true;
        boolean inPlace;
        List<LayerSpec> added = List.of();
        Ext4Finish finish = Ext4Finish.NOTHING;
        private @Nullable Path cacheDirectory;
        private @Nullable LayerCache layerCache;

        Settings(Path file) {
            this.file = file;
        }

        Optional<Path> cacheDirectory() {
            return Optional.ofNullable(cacheDirectory);
        }

        Optional<LayerCache> layerCache() {
            return Optional.ofNullable(layerCache);
        }

        Settings copy() {
            try {
                return (Settings) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
