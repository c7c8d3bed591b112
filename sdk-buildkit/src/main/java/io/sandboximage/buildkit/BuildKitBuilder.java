package io.sandboximage.buildkit;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * Builds images with a BuildKit daemon. The result comes over as an OCI layout: with {@link #layout} blobs that an earlier build
 * brought are not transferred again. Thread-safe.
 */
public final class BuildKitBuilder implements ImageBuilder, AutoCloseable {
    private final BuildKitClient client;
    private final CredentialProvider credentials;
    private final Optional<Path> layout;

    private BuildKitBuilder(BuildKitClient client, CredentialProvider credentials, Optional<Path> layout) {
        this.client = client;
        this.credentials = credentials;
        this.layout = layout;
    }

    /** Registries are asked as nobody until {@link #credentials} are given. */
    public static BuildKitBuilder at(BuildKitAddress address) {
        return new BuildKitBuilder(BuildKitClient.connect(address), CredentialProvider.none(), Optional.empty());
    }

    /** The same builder with credentials for the registries that builds use; both share one connection. */
    public BuildKitBuilder credentials(CredentialProvider provider) {
        return new BuildKitBuilder(client, provider, layout);
    }

    /** The same builder, keeping what it builds in an OCI layout that stays; both share one connection. */
    public BuildKitBuilder layout(Path directory) {
        return new BuildKitBuilder(client, credentials, Optional.of(directory));
    }

    @Override
    public String name() {
        return "buildkit " + client.address();
    }

    @Override
    public ImageSource build(BuildRequest request, ProgressTask progress) {
        Path directory = layout.orElseGet(BuildKitBuilder::temporaryDirectory);
        // A tag of its own tells this image from others in the layout, also from builds at the same time.
        String tag = "build-" + UUID.randomUUID();
        try {
            SolveRequest solve = DockerfileBuild.of(request)
                    .credentials(credentials)
                    .export(BuildExport.ociLayout(directory, tag))
                    .toRequest();
            client.solve(solve, progress);
            ImageSource image = OciLayout.source(directory, tag);
            return layout.isPresent() ? image : new TemporaryLayout(image, directory);
        } catch (RuntimeException e) {
            if (layout.isEmpty()) {
                TemporaryLayout.delete(directory);
            }
            throw e;
        }
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
