package io.sandboximage.depot.snapshot;

import io.sandboximage.DataSize;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was chosen for a {@link DepotSandboxSnapshotter}; copied for each change. */
final class SnapshotSettings implements Cloneable {
    /** Depot's own script has fifteen minutes for this; pulls of large images take longer. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

    UnpackHelper helper = UnpackHelper.depot();
    /** What Depot's sandboxes run. */
    Platform platform = Platform.LINUX_AMD64;

    CredentialProvider credentials = CredentialProvider.none();
    Duration timeout = DEFAULT_TIMEOUT;
    List<Registration> registrations = List.of(Registration.values());
    private @Nullable String builderImage;
    private @Nullable String output;
    private @Nullable DataSize size;
    private @Nullable String name;
    private @Nullable ImageReference artifact;
    private @Nullable Path file;

    Optional<String> builderImage() {
        return Optional.ofNullable(builderImage);
    }

    Optional<String> output() {
        return Optional.ofNullable(output);
    }

    Optional<DataSize> size() {
        return Optional.ofNullable(size);
    }

    Optional<String> name() {
        return Optional.ofNullable(name);
    }

    Optional<ImageReference> artifact() {
        return Optional.ofNullable(artifact);
    }

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    void builderImage(String reference) {
        builderImage = reference;
    }

    void output(String path) {
        output = path;
    }

    void size(DataSize newSize) {
        size = newSize;
    }

    void name(String newName) {
        name = newName;
    }

    void artifact(ImageReference reference) {
        artifact = reference;
    }

    void file(Path newFile) {
        file = newFile;
    }

    SnapshotSettings copy() {
        try {
            return (SnapshotSettings) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
