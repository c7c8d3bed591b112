package io.sandboximage.assemble;

import io.sandboximage.ImageProducer;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An image made without any engine: a base or nothing, layers from local files, and edits of the config. Immutable, each step
 * gives a new value. The same input gives the same digest on every machine: nothing of the clock, the locale, the JDK, the user
 * or the number of threads gets into it.
 *
 * <p>With a {@linkplain #cacheDirectory cache directory} each layer is made once. A second run compares path, size, modification
 * and change time, inode, mode and owner of the source files and reads none of them if all are the same; to read them in any
 * case, at the price of doing all the work again, use {@link #alwaysRead}.
 */
public final class ImageAssembly implements ImageProducer {
    private final @Nullable ImageSource base;
    private final Platform platform;
    private final List<LayerSpec> layers;
    private final List<Consumer<ConfigTree>> edits;
    private final Settings settings;

    private ImageAssembly(
            @Nullable ImageSource base,
            Platform platform,
            List<LayerSpec> layers,
            List<Consumer<ConfigTree>> edits,
            Settings settings) {
        this.base = base;
        this.platform = platform;
        this.layers = List.copyOf(layers);
        this.edits = List.copyOf(edits);
        this.settings = settings;
    }

    /** Starts from an image without layers. */
    public static ImageAssembly scratch(Platform platform) {
        return new ImageAssembly(null, platform, List.of(), List.of(), Settings.DEFAULT);
    }

    /**
     * Starts from the image that {@code base} has for a platform. The caller closes the base, after the last use of what was
     * assembled from it.
     */
    public static ImageAssembly from(ImageSource base, Platform platform) {
        return new ImageAssembly(base, platform, List.of(), List.of(), Settings.DEFAULT);
    }

    /** Adds a layer on top. */
    public ImageAssembly layer(LayerSpec layer) {
        List<LayerSpec> more = new ArrayList<>(layers);
        more.add(layer);
        return new ImageAssembly(base, platform, more, edits, settings);
    }

    /** Sets an environment variable. */
    public ImageAssembly env(String name, String value) {
        if (name.isEmpty() || name.contains("=")) {
            throw new InvalidRequestException("\"" + name + "\" is not the name of an environment variable");
        }
        return edit(c -> c.env(name, value));
    }

    /** Sets the command that every container runs, and drops the base's default arguments, which were for another command. */
    public ImageAssembly entrypoint(String... command) {
        List<String> words = List.of(command);
        return edit(c -> {
            c.setExecution("Entrypoint", words);
            c.removeExecution("Cmd");
        });
    }

    /** Sets the default arguments, or the default command where there is no entrypoint. */
    public ImageAssembly cmd(String... command) {
        List<String> words = List.of(command);
        return edit(c -> c.setExecution("Cmd", words));
    }

    public ImageAssembly workdir(String directory) {
        return edit(c -> c.setExecution("WorkingDir", directory));
    }

    /** @param user {@code user}, {@code uid}, {@code user:group} or {@code uid:gid} */
    public ImageAssembly user(String user) {
        return edit(c -> c.setExecution("User", user));
    }

    public ImageAssembly label(String name, String value) {
        return edit(c -> c.label(name, value));
    }

    /** @param port for instance {@code 8080/tcp} */
    public ImageAssembly exposedPort(String port) {
        return edit(c -> c.addToSet("ExposedPorts", port));
    }

    public ImageAssembly volume(String directory) {
        return edit(c -> c.addToSet("Volumes", directory));
    }

    public ImageAssembly author(String author) {
        return edit(c -> c.set("author", author));
    }

    /** Adds a history entry that stands for no layer. */
    public ImageAssembly history(String createdBy) {
        return edit(c -> c.addHistory(createdBy, settings.time()));
    }

    /** An annotation of the manifest. */
    public ImageAssembly annotation(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings.annotations());
        more.put(name, value);
        return with(new Settings(
                settings.time(), settings.compression(), settings.cacheDirectory(), settings.alwaysRead(), more));
    }

    /**
     * The time of creation and of all files in the layers, in whole seconds, as {@code SOURCE_DATE_EPOCH} means it; the start of
     * 1970 by default. Give it before {@link #history}.
     */
    public ImageAssembly created(Instant time) {
        return with(new Settings(
                time,
                settings.compression(),
                settings.cacheDirectory(),
                settings.alwaysRead(),
                settings.annotations()));
    }

    /** How layers are compressed that do not say so themselves; {@link Compression#GZIP} by default. */
    public ImageAssembly compression(Compression compression) {
        return with(new Settings(
                settings.time(),
                compression,
                settings.cacheDirectory(),
                settings.alwaysRead(),
                settings.annotations()));
    }

    /**
     * Where layers are kept from run to run, as a {@link io.sandboximage.store.BlobCache} with {@code layers/} beside it. Without
     * it they go to a temporary directory that is removed when the produced source is closed.
     */
    public ImageAssembly cacheDirectory(Path directory) {
        return with(new Settings(
                settings.time(),
                settings.compression(),
                Optional.of(directory),
                settings.alwaysRead(),
                settings.annotations()));
    }

    /** Reads every source file on every run, instead of believing sizes and times. */
    public ImageAssembly alwaysRead() {
        return with(new Settings(
                settings.time(), settings.compression(), settings.cacheDirectory(), true, settings.annotations()));
    }

    /**
     * Makes the layers that are not in the cache, and gives the image.
     *
     * @throws io.sandboximage.error.NotFoundException if a source file or the base's platform is not there
     * @throws io.sandboximage.error.StorageException if a source cannot be read or the cache not be written
     * @throws io.sandboximage.error.ConflictException if a source file changes meanwhile
     */
    @Override
    public ImageSource produce(ProgressTask progress) {
        return new AssemblyRun(base, platform, layers, edits, settings, progress).run();
    }

    /** The manifest that {@link #produce} gives, for those who want nothing but the digest. */
    public Descriptor descriptor() {
        try (ImageSource source = produce(ProgressTask.silent())) {
            return source.descriptor();
        }
    }

    private ImageAssembly edit(Consumer<ConfigTree> edit) {
        List<Consumer<ConfigTree>> more = new ArrayList<>(edits);
        more.add(edit);
        return new ImageAssembly(base, platform, layers, more, settings);
    }

    private ImageAssembly with(Settings newSettings) {
        return new ImageAssembly(base, platform, layers, edits, newSettings);
    }

    /** What holds for the whole assembly. */
    record Settings(
            Instant time,
            Compression compression,
            Optional<Path> cacheDirectory,
            boolean alwaysRead,
            Map<String, String> annotations) {
        static final Settings DEFAULT =
                new Settings(Instant.EPOCH, Compression.GZIP, Optional.empty(), false, Map.of());
    }
}
