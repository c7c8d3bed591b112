package io.sandboximage.layout;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.store.ContentDestination;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.nio.file.Path;
import java.util.Optional;

/**
 * OCI layouts in one tar file, {@code oci-archive:FILE[:TAG]}. An uncompressed archive is read in place; a compressed one by way
 * of a temporary file. Writing replaces the whole file, at once, unless it holds this very image already; equal images give equal bytes.
 */
public final class OciArchive {
    /** The transport's name. */
    public static final String TRANSPORT = "oci-archive";

    private OciArchive() {}

    /** The only image of an archive; the file is opened now. */
    public static ImageSource source(Path file) {
        return source(file, Optional.empty());
    }

    /** The image with a tag; the file is opened now. */
    public static ImageSource source(Path file, String tag) {
        return source(file, Optional.of(tag));
    }

    public static ImageSink sink(Path file) {
        return sink(file, Optional.empty());
    }

    public static ImageSink sink(Path file, String tag) {
        return sink(file, Optional.of(tag));
    }

    /** Where {@link ImageCopier} writes, for copies with options. */
    public static ContentDestination destination(Path file, Optional<String> tag) {
        return new OciArchiveDestination(file, name(file, tag), tag);
    }

    private static ImageSource source(Path file, Optional<String> tag) {
        String name = name(file, tag);
        return new LayoutSource(new ArchiveFiles(TarArchive.open(file), name), name, tag);
    }

    private static ImageSink sink(Path file, Optional<String> tag) {
        return ImageCopier.sink(name(file, tag), () -> destination(file, tag), CopyOptions.DEFAULT);
    }

    private static String name(Path file, Optional<String> tag) {
        return TRANSPORT + ":" + file + tag.map(t -> ":" + t).orElse("");
    }
}
