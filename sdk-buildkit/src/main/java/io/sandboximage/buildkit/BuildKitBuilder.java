package io.sandboximage.buildkit;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.content.BuildKitContentStore;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Builds images with a BuildKit daemon. The result comes over as an OCI layout: with {@link #layout} blobs that an earlier build
 * brought are not transferred again. Thread-safe.
 */
public final class BuildKitBuilder implements ImageBuilder, AutoCloseable {
    private final BuildKitClient client;
    private final CredentialProvider credentials;
    private final Optional<Path> layout;
    private final boolean inPlace;

    private BuildKitBuilder(
            BuildKitClient client, CredentialProvider credentials, Optional<Path> layout, boolean inPlace) {
        this.client = client;
        this.credentials = credentials;
        this.layout = layout;
        this.inPlace = inPlace;
    }

    /** Registries are asked as nobody until {@link #credentials} are given. */
    public static BuildKitBuilder at(BuildKitAddress address) {
        return new BuildKitBuilder(BuildKitClient.connect(address), CredentialProvider.none(), Optional.empty(), false);
    }

    /** The same builder with credentials for the registries that builds use; both share one connection. */
    public BuildKitBuilder credentials(CredentialProvider provider) {
        return new BuildKitBuilder(client, provider, layout, inPlace);
    }

    /** The same builder, keeping what it builds in an OCI layout that stays; both share one connection. */
    public BuildKitBuilder layout(Path directory) {
        return new BuildKitBuilder(client, credentials, Optional.of(directory), inPlace);
    }

    /**
     * The same builder, leaving what it builds with the daemon: destinations fetch from there only what they lack. Where the
     * daemon does not hold every layer, as of a base image that no step touched, the image comes over as a layout after all. The
     * daemon's garbage collection may take layers while the image is read, which then is an error; without this method a build is
     * safe from it.
     */
    public BuildKitBuilder inPlace() {
        return new BuildKitBuilder(client, credentials, layout, true);
    }

    @Override
    public String name() {
        return "buildkit " + client.address();
    }

    @Override
    public ImageSource build(BuildRequest request, ProgressTask progress) {
        if (inPlace) {
            SolveResult result = solve(request, BuildExport.image(), progress);
            BuildKitContentStore image = client.image(result);
            List<Descriptor> missing = image.missing();
            if (missing.isEmpty()) {
                return image;
            }
            progress.info("BuildKit does not hold " + missing.size() + " blobs of the image, so all of it is fetched");
        }
        Path directory = layout.orElseGet(BuildKitBuilder::temporaryDirectory);
        try {
            SolveResult result = solve(request, BuildExport.ociLayout(directory), progress);
            // By its root and not by a tag: other builds may write into the same layout, and tags would pile up.
            ImageSource image = OciLayout.source(directory, result.descriptor().orElseThrow());
            return layout.isPresent() ? image : new TemporaryLayout(image, directory);
        } catch (RuntimeException e) {
            if (layout.isEmpty()) {
                TemporaryLayout.delete(directory);
            }
            throw e;
        }
    }

    private SolveResult solve(BuildRequest request, BuildExport export, ProgressTask progress) {
        return client.solve(
                DockerfileBuild.of(request)
                        .credentials(credentials)
                        .export(export)
                        .toRequest(),
                progress);
    }

    /** Ends running builds and the connection, of all builders that share it. */
    @Override
    public void close() {
        client.close();
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("sandbox-image-build");
        } catch (IOException e) {
            throw new StorageException("Could not make a temporary directory: " + AtomicFile.reason(e), e);
        }
    }
}
