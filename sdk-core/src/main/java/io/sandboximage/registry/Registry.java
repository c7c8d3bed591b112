package io.sandboximage.registry;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in a registry, in one line: {@code Registry.of("ghcr.io/acme/sandbox").tags("v1", "latest")}. Immutable. Unless a
 * client is given, each write uses one of its own with the credentials of the environment.
 */
public final class Registry implements ImageSink {
    private final ImageReference reference;
    private final List<String> moreTags;
    private final @Nullable RegistryClient client;

    private Registry(ImageReference reference, List<String> moreTags, @Nullable RegistryClient client) {
        this.reference = reference;
        this.moreTags = moreTags;
        this.client = client;
    }

    /**
     * @param repository as {@code docker pull} takes it; a tag in it is the first one, and without any it is {@code latest}
     * @throws io.sandboximage.error.InvalidRequestException if it is no image reference
     */
    public static Registry of(String repository) {
        return of(ImageReference.parse(repository));
    }

    public static Registry of(ImageReference reference) {
        return new Registry(reference, List.of(), null);
    }

    /** Exactly these tags, in place of the one that the reference has. */
    public Registry tags(String... tags) {
        return tags(List.of(tags));
    }

    /** Exactly these tags, in place of the one that the reference has. */
    public Registry tags(Collection<String> tags) {
        if (tags.isEmpty()) {
            ImageReference untagged = new ImageReference(
                    reference.registry(), reference.repository(), Optional.empty(), reference.digest());
            return new Registry(untagged, List.of(), client);
        }
        List<String> all = new ArrayList<>(tags);
        return new Registry(reference.withTag(all.get(0)), List.copyOf(all.subList(1, all.size())), client);
    }

    /** Goes through a client of yours, which stays open. */
    public Registry with(RegistryClient ours) {
        return new Registry(reference, moreTags, ours);
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public String spec() {
        return name() + " " + moreTags;
    }

    @Override
    public Delivery write(ImageSource source, ProgressTask progress) {
        String[] more = moreTags.toArray(String[]::new);
        RegistryClient ours = client;
        if (ours != null) {
            return ours.sink(reference, more).write(source, progress);
        }
        try (RegistryClient own = RegistryClient.fromEnvironment()) {
            return own.sink(reference, more).write(source, progress);
        }
    }
}
