package io.sandboximage.buildkit;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.OwnedSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds images with a BuildKit daemon. The result comes over as an OCI layout: with {@link #layout} blobs that an earlier build
 * brought are not transferred again. Docker engines with the classic image store give no layouts; there the image is built into
 * the engine and saved from it when it is first read. Thread-safe.
 */
public final class BuildKitBuilder implements ImageBuilder, AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(BuildKitBuilder.class);
    /** Names in engines of images that are on their way out. */
    private static final String ENGINE_REPOSITORY = "sandbox-image-build";

    private final BuildKitClient client;
    private final CredentialProvider credentials;
    private final Optional<Path> layout;
    private final boolean inPlace;
    private final Optional<ImageStoreKind> loadedInto;

    private BuildKitBuilder(
            BuildKitClient client,
            CredentialProvider credentials,
            Optional<Path> layout,
            boolean inPlace,
            Optional<ImageStoreKind> loadedInto) {
        this.client = client;
        this.credentials = credentials;
        this.layout = layout;
        this.inPlace = inPlace;
        this.loadedInto = loadedInto;
    }

    /**
     * The BuildKit that {@link BuildKitAddress#auto()} finds; {@link #address} tells which it is and why. Registries are asked as
     * nobody until {@link #credentials} are given.
     */
    public static BuildKitBuilder auto() {
        return at(BuildKitAddress.auto());
    }

    /** Registries are asked as nobody until {@link #credentials} are given. */
    public static BuildKitBuilder at(BuildKitAddress address) {
        return new BuildKitBuilder(
                BuildKitClient.connect(address), CredentialProvider.none(), Optional.empty(), false, Optional.empty());
    }

    /** The same builder with credentials for the registries that builds use; both share one connection. */
    public BuildKitBuilder credentials(CredentialProvider provider) {
        return new BuildKitBuilder(client, provider, layout, inPlace, loadedInto);
    }

    /** The same builder, keeping what it builds in an OCI layout that stays; both share one connection. */
    public BuildKitBuilder layout(Path directory) {
        return new BuildKitBuilder(client, credentials, Optional.of(directory), inPlace, loadedInto);
    }

    /**
     * The same builder, leaving what it builds with the daemon: destinations fetch from there only what they lack. Where the
     * daemon does not hold a layer that is asked for, as of a base image that no step touched, the image comes over as a layout
     * after all. The daemon's garbage collection may take layers while the image is read; one that then cannot be built again as
     * it was is an error. Without this method a build is safe from it.
     */
    public BuildKitBuilder inPlace() {
        return new BuildKitBuilder(client, credentials, layout, true, loadedInto);
    }

    /**
     * The same builder, {@link #inPlace} and with new layers packed for engines on the daemon's machine that keep images so; not for
     * builders whose images go to registries too.
     *
     * @see BuildExport#forLoading
     */
    public BuildKitBuilder forLoading(ImageStoreKind store) {
        return new BuildKitBuilder(client, credentials, layout, true, Optional.of(store));
    }

    /** Where images are built. */
    public BuildKitAddress address() {
        return client.address();
    }

    @Override
    public String name() {
        return "buildkit " + client.address();
    }

    @Override
    public ImageSource build(BuildRequest request, ProgressTask progress) {
        return build(DockerfileBuild.of(request), progress);
    }

    /**
     * Builds with every option that there is.
     *
     * @param build its exports are left out, and the builder's credentials take the place of its own
     * @return the caller closes it
     * @throws io.sandboximage.error.BuildFailedException if a step failed
     */
    public ImageSource build(DockerfileBuild build, ProgressTask progress) {
        Optional<DockerHost> engine = client.address().engineHost();
        if (engine.isPresent()
                && client.engineRules().map(EngineRules::classicStore).orElse(false)) {
            return buildInEngine(engine.get(), build, progress);
        }
        WholeImage whole = WholeImage.of(client, build.credentials(credentials), layout);
        if (inPlace) {
            BuildExport export = loadedInto.map(BuildExport.image()::forLoading).orElseGet(BuildExport::image);
            // Whether the daemon holds every layer is asked of those that somebody wants.
            return client.image(solve(build, export, progress)).orElse(() -> whole.open(ProgressTask.silent()));
        }
        return whole.open(progress);
    }

    private ImageSource buildInEngine(DockerHost host, DockerfileBuild build, ProgressTask progress) {
        // A name of its own, since builds at the same time may make the same image.
        String name = ENGINE_REPOSITORY + ":" + UUID.randomUUID();
        solve(build, BuildExport.image().attribute("name", name), progress);
        DockerEngine engine = DockerEngine.at(host);
        ImageSource image = new OwnedSource(engine.source(name), () -> forget(engine, name));
        if (layout.isEmpty()) {
            return image;
        }
        try (image) {
            OciLayout.sink(layout.get()).write(image, progress);
            return OciLayout.source(layout.get(), image.descriptor());
        }
    }

    private SolveResult solve(DockerfileBuild build, BuildExport export, ProgressTask progress) {
        return client.solve(build.credentials(credentials).toRequest(List.of(export)), progress);
    }

    /** Takes our name from an image, and with it the image, unless somebody else named or uses it. */
    private static void forget(DockerEngine engine, String name) {
        try (engine) {
            engine.removeImage(name);
        } catch (SandboxImageException e) {
            LOGGER.debug("The name {} stays in the Docker engine at {}", name, engine.host(), e);
        }
    }

    /** Ends running builds and the connection, of all builders that share it. */
    @Override
    public void close() {
        client.close();
    }
}
