package io.sandboximage.depot.registry;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import java.util.List;

/**
 * Saved images, and what lets one read them for about an hour.
 *
 * @param targets one, or one for each target of a bake
 * @param credentials good for {@code registryHost}
 */
public record PullAccess(List<SavedTarget> targets, String registryHost, Credentials credentials) {
    public PullAccess {
        targets = List.copyOf(targets);
    }

    /** The only image. */
    public SavedTarget only() {
        if (targets.size() != 1) {
            throw new InvalidRequestException("The build saved several images: choose one of the targets " + names());
        }
        return targets.get(0);
    }

    /** @throws NotFoundException if the bake had no such target */
    public SavedTarget target(String name) {
        return targets.stream()
                .filter(t -> t.target().filter(name::equals).isPresent())
                .findFirst()
                .orElseThrow(() -> new NotFoundException(
                        "There is no target " + name + " in what the build saved. The targets are " + names()));
    }

    /** For clients of registries. */
    public CredentialProvider provider() {
        return CredentialProvider.of(registryHost, credentials);
    }

    private String names() {
        return String.join(
                ", ", targets.stream().flatMap(t -> t.target().stream()).toList());
    }
}
