package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads images into an engine in the cheapest way that its store allows: nothing if the image is there, else only the layers
 * that lack. The image goes in without a name; its ID, which is a digest of its content, is verified in the engine, and only
 * then its names are set, by that ID. So two loads under one name, of different images and at the same time, each set the name
 * to their own image, and the later one stays. Immutable and thread-safe.
 */
public final class DockerLoader {
    private static final Logger LOG = LoggerFactory.getLogger(DockerLoader.class);

    private final DockerEngine engine;
    private final List<ImageReference> tags;
    private final @Nullable ImageReference registry;
    private final CredentialProvider credentials;
    private final Set<LoadStrategy> allowed;
    private final @Nullable Platform platform;

    private DockerLoader(
            DockerEngine engine,
            List<ImageReference> tags,
            @Nullable ImageReference registry,
            CredentialProvider credentials,
            Set<LoadStrategy> allowed,
            @Nullable Platform platform) {
        this.engine = engine;
        this.tags = tags;
        this.registry = registry;
        this.credentials = credentials;
        this.allowed = allowed;
        this.platform = platform;
    }

    /** Loads into this engine, which stays the caller's. */
    public static DockerLoader into(DockerEngine engine) {
        return new DockerLoader(
                engine, List.of(), null, CredentialProvider.none(), EnumSet.allOf(LoadStrategy.class), null);
    }

    /**
     * Adds a name for the image.
     *
     * @throws InvalidRequestException if it is none, or has a digest
     */
    public DockerLoader tag(String name) {
        ImageReference reference = ImageReference.parse(name);
        if (reference.digest().isPresent()) {
            throw new InvalidRequestException(
                    "Cannot name an image " + name + " in a Docker engine: leave out the digest");
        }
        List<ImageReference> more = new ArrayList<>(tags);
        more.add(reference);
        return new DockerLoader(engine, Collections.unmodifiableList(more), registry, credentials, allowed, platform);
    }

    /**
     * A registry that holds the image too, which the engine may pull from, as whoever the credentials say.
     *
     * @param repository its tag does not matter: the engine pulls by digest
     */
    public DockerLoader registry(ImageReference repository, CredentialProvider newCredentials) {
        return new DockerLoader(engine, tags, repository, newCredentials, allowed, platform);
    }

    /** Tries no other strategies than these, in the order of {@link LoadStrategy}; skipping is always allowed. */
    public DockerLoader only(LoadStrategy first, LoadStrategy... more) {
        Set<LoadStrategy> chosen = EnumSet.of(first, more);
        return new DockerLoader(engine, tags, registry, credentials, chosen, platform);
    }

    /** Takes this platform of an index, where it is not to be the engine's own. */
    public DockerLoader platform(Platform newPlatform) {
        return new DockerLoader(engine, tags, registry, credentials, allowed, newPlatform);
    }

    /**
     * Begins to look at what the engine has under the names, behind the caller's back: called when a build begins, there is less
     * to find out when it ends. What goes wrong shows in {@link #load}, if it is still wrong by then.
     */
    public void lookAhead() {
        DaemonThreads.start("sandbox-image-look-ahead", () -> {
            try {
                engine.info();
                tags.forEach(tag -> engine.findImage(tag.familiar()));
            } catch (SandboxImageException e) {
                LOG.debug("Could not look ahead in {}", engine, e);
            }
        });
    }

    /**
     * Loads the image; of an index, the one for the engine's platform.
     *
     * @throws io.sandboximage.error.NotFoundException if the source has no image for the engine's platform
     * @throws io.sandboximage.error.StorageException if the engine's disk is full
     * @throws io.sandboximage.error.SandboxImageException the failure of the last strategy; those of others are suppressed in it
     */
    public LoadReport load(ImageSource source, ProgressTask progress) {
        return new LoadRun(this, source, progress).run();
    }

    DockerEngine engine() {
        return engine;
    }

    List<ImageReference> tags() {
        return tags;
    }

    Optional<ImageReference> registry() {
        return Optional.ofNullable(registry);
    }

    CredentialProvider credentials() {
        return credentials;
    }

    /** Which platform to take where there is a choice; may ask the engine. */
    Platform wantedPlatform() {
        return platform == null ? engine.info().platform() : platform;
    }

    boolean allows(LoadStrategy strategy) {
        return allowed.contains(strategy);
    }
}
