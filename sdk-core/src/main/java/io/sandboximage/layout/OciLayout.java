package io.sandboximage.layout;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.store.ContentDestination;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * OCI image layouts in directories, {@code oci:DIR[:TAG]} (OCI image-spec, image-layout.md). One directory holds any number of
 * images, told apart by tags, that share their blobs. Any number of threads and processes may write to one directory.
 */
public final class OciLayout {
    /** The transport's name. */
    public static final String TRANSPORT = "oci";

    private OciLayout() {}

    /**
     * The only image of a layout. Entries of {@code index.json} that are platforms of one image, or that only refer to other
     * entries, count as one.
     */
    public static ImageSource source(Path directory) {
        return source(directory, Optional.empty());
    }

    /** The image with a tag, {@code org.opencontainers.image.ref.name}. */
    public static ImageSource source(Path directory, String tag) {
        return source(directory, Optional.of(tag));
    }

    /** The image with a root that is known already, whatever the tags of the layout name by now. */
    public static ImageSource source(Path directory, Descriptor root) {
        return new LayoutSource(
                new DirectoryFiles(directory), name(directory, Optional.empty()) + "@" + root.digest(), root);
    }

    /** Writes an image without a tag; it takes the place of another one without a tag. */
    public static ImageSink sink(Path directory) {
        return sink(directory, Optional.empty());
    }

    /** Writes an image under a tag, in place of what had the tag before; other tags stay untouched. */
    public static ImageSink sink(Path directory, String tag) {
        return sink(directory, Optional.of(tag));
    }

    /** Where {@link ImageCopier} writes, for copies with options; the directory is made if it lacks. */
    public static ContentDestination destination(Path directory, Optional<String> tag) {
        return new LayoutDestination(directory, name(directory, tag), tag);
    }

    /** All tags of a layout, sorted. */
    public static List<String> tags(Path directory) {
        return new LayoutIndex(new DirectoryFiles(directory), name(directory, Optional.empty())).tags();
    }

    private static ImageSource source(Path directory, Optional<String> tag) {
        return new LayoutSource(new DirectoryFiles(directory), name(directory, tag), tag);
    }

    private static ImageSink sink(Path directory, Optional<String> tag) {
        return ImageCopier.sink(name(directory, tag), () -> destination(directory, tag), CopyOptions.DEFAULT);
    }

    private static String name(Path directory, Optional<String> tag) {
        return TRANSPORT + ":" + directory + tag.map(t -> ":" + t).orElse("");
    }
}
