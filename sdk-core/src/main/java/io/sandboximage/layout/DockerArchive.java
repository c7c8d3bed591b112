package io.sandboximage.layout;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Files as {@code docker save} writes and {@code docker load} reads them, {@code docker-archive:FILE[:NAME]}. Read are those of
 * every Docker version, compressed as a whole or not; the image keeps its manifest where the archive holds one that is complete,
 * and gets an OCI manifest otherwise. An uncompressed archive is read in place.
 *
 * <p>Written is one image for one platform with uncompressed layers, in a new file, and equal images give equal bytes.
 */
public final class DockerArchive {
    /** The transport's name. */
    public static final String TRANSPORT = "docker-archive";

    private DockerArchive() {}

    /** The only image of an archive; the file is opened now. */
    public static ImageSource source(Path file) {
        return source(file, new Choice(Optional.empty(), OptionalInt.empty()), "");
    }

    /** The image with a name; the file is opened now. */
    public static ImageSource source(Path file, ImageReference reference) {
        return source(file, new Choice(Optional.of(reference), OptionalInt.empty()), ":" + reference);
    }

    /** @param position of the image, counted from 0; the file is opened now */
    public static ImageSource source(Path file, int position) {
        if (position < 0) {
            throw new InvalidRequestException("Images of an archive are counted from 0, not from " + position);
        }
        return source(file, new Choice(Optional.empty(), OptionalInt.of(position)), ":@" + position);
    }

    /** Writes an image without a name. Of an index it takes Linux on this machine's processor. */
    public static ImageSink sink(Path file) {
        return sink(file, Optional.empty(), Optional.empty());
    }

    /** @throws InvalidRequestException if the reference has a digest: Docker keeps no digest in archives */
    public static ImageSink sink(Path file, ImageReference reference) {
        return sink(file, Optional.of(reference), Optional.empty());
    }

    /** @param platform what to take of an index; empty for Linux on this machine's processor */
    public static ImageSink sink(Path file, Optional<ImageReference> reference, Optional<Platform> platform) {
        if (reference.flatMap(ImageReference::digest).isPresent()) {
            throw new InvalidRequestException("Cannot write " + reference.get()
                    + " to a docker-archive: it can hold a tag but no digest. Leave out @sha256:…");
        }
        String name = TRANSPORT + ":" + file + reference.map(r -> ":" + r).orElse("");
        return new DockerArchiveSink(file, name, reference, platform);
    }

    private static ImageSource source(Path file, Choice choice, String suffix) {
        return new DockerArchiveSource(TarArchive.open(file), TRANSPORT + ":" + file + suffix, choice);
    }

    /** Which image of several. */
    record Choice(Optional<ImageReference> reference, OptionalInt position) {}
}
