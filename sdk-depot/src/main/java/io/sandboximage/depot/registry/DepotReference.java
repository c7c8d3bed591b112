package io.sandboximage.depot.registry;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import java.util.Locale;
import java.util.Optional;

/**
 * Names an image in Depot's registry, in either of its namings: {@code registry.depot.dev/PROJECT:TAG}, where tags are ids of
 * builds or chosen when saving, and {@code ORGANIZATION.registry.depot.dev/REPOSITORY:TAG}.
 */
public record DepotReference(ImageReference image) {
    /** The host of the first naming. */
    public static final String HOST = "registry.depot.dev";

    private static final String SUFFIX = "." + HOST;

    /** @throws InvalidRequestException if it is in another registry */
    public DepotReference {
        if (!isDepot(image.registry())) {
            throw new InvalidRequestException(image + " is not in Depot's registry, whose host is " + HOST
                    + " or begins with the organization: ORGANIZATION" + SUFFIX);
        }
    }

    public static DepotReference parse(String text) {
        return new DepotReference(ImageReference.parse(text));
    }

    /** An image of a project. */
    public static DepotReference ofProject(String projectId, String tag) {
        return new DepotReference(new ImageReference(HOST, projectId, Optional.of(tag), Optional.empty()));
    }

    /** An image in a repository of an organization. */
    public static DepotReference ofOrganization(String organizationId, String repository, String tag) {
        return new DepotReference(
                new ImageReference(organizationId + SUFFIX, repository, Optional.of(tag), Optional.empty()));
    }

    /** Whether a host, as in image references, is Depot's. */
    public static boolean isDepot(String registryHost) {
        String host = registryHost.toLowerCase(Locale.ROOT);
        return host.equals(HOST) || (host.endsWith(SUFFIX) && host.indexOf('.') == host.length() - SUFFIX.length());
    }

    /** The project, which the first naming has in the repository's place, and the second one may have there. */
    public String project() {
        String repository = image.repository();
        int slash = repository.indexOf('/');
        return slash < 0 ? repository : repository.substring(0, slash);
    }

    /** The organization; empty in the first naming. */
    public Optional<String> organization() {
        String host = image.registry();
        return host.length() > HOST.length()
                ? Optional.of(host.substring(0, host.length() - SUFFIX.length()))
                : Optional.empty();
    }

    /** The image of one target, where a bake saved several under one tag. */
    public DepotReference target(String name) {
        return new DepotReference(image.withTag(image.tag().orElseThrow() + "-" + name));
    }

    @Override
    public String toString() {
        return image.toString();
    }
}
