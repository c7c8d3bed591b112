package io.sandboximage.depot.registry;

import io.sandboximage.ImageSource;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.ImageMethods;
import io.sandboximage.depot.internal.client.Pages;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.build.DeleteImageRequest;
import io.sandboximage.depot.internal.proto.build.ListImagesRequest;
import io.sandboximage.depot.internal.proto.build.ListImagesResponse;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Digest;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.OwnedSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Depot's registry: what builds saved there, how to get it, and how to send it on. Images themselves move by
 * {@link RegistryClient}, with {@link DepotCredentials} or with {@link PullAccess}. Thread-safe.
 */
public final class DepotRegistry implements AutoCloseable {
    private final DepotAccess access;
    private final DepotCalls calls;
    private final SavedBuilds builds;

    private DepotRegistry(DepotAccess access) {
        this.access = access;
        this.calls = DepotCalls.open(access);
        this.builds = new SavedBuilds(calls);
    }

    public static DepotRegistry open(DepotAccess access) {
        return new DepotRegistry(access);
    }

    /** What the environment and the configuration file of Depot's command line say. */
    public static DepotRegistry fromEnvironment() {
        return open(DepotAccess.fromEnvironment());
    }

    /** What a project keeps, the newest first. */
    public List<SavedImage> images(String projectId) {
        List<SavedImage> all = Pages.byToken("listing the images of " + projectId, token -> {
            ListImagesRequest.Builder request =
                    ListImagesRequest.newBuilder().setProjectId(projectId).setPageSize(Pages.SIZE);
            if (!token.isEmpty()) {
                request.setPageToken(token);
            }
            ListImagesResponse page =
                    calls.call("list the images of the project " + projectId, ImageMethods.LIST, request.build());
            return Pages.Page.before(
                    page.getNextPageToken(),
                    page.getImagesList().stream()
                            .map(image -> new SavedImage(
                                    image.getTag(),
                                    Digest.parse(image.getDigest()),
                                    image.getSizeBytes(),
                                    Times.of(image.getPushedAt())))
                            .toList());
        });
        return all.stream()
                .sorted(Comparator.comparing(SavedImage::pushedAt).reversed())
                .toList();
    }

    /** Deletes images of a project by their tags. */
    public void delete(String projectId, List<String> tags) {
        if (tags.isEmpty()) {
            throw new InvalidRequestException(
                    "Name the images of the project " + projectId + " that are to be deleted");
        }
        calls.call(
                "delete images of the project " + projectId,
                ImageMethods.DELETE,
                DeleteImageRequest.newBuilder()
                        .setProjectId(projectId)
                        .addAllImageTags(tags)
                        .build());
    }

    /** Access to all that a project keeps. */
    public PullToken pullToken(String projectId) {
        return builds.token(projectId, "");
    }

    /** Access to what a build saved. */
    public PullToken pullTokenOfBuild(String buildId) {
        return builds.token("", buildId);
    }

    /**
     * Where the images of a build are.
     *
     * @throws InvalidRequestException if it saved none
     */
    public PullAccess build(String buildId) {
        return builds.ofBuild(buildId);
    }

    /**
     * Finds what people name: the id of a build, a tag, {@code PROJECT:TAG}, or an image in Depot's registry.
     *
     * @param projectId whose tag it is, where it is a tag
     * @throws io.sandboximage.error.NotFoundException if there is no such build, and no project to look for a tag in
     */
    public PullAccess find(String words, Optional<String> projectId) {
        return builds.find(words, projectId);
    }

    /** A saved image, to be copied anywhere; closing it ends its connections. */
    public ImageSource source(PullAccess pull, SavedTarget target) {
        RegistryClient registries =
                RegistryClient.builder().credentials(pull.provider()).build();
        return new OwnedSource(registries.source(target.image()), registries::close);
    }

    /**
     * Pushes from Depot's registry to others.
     *
     * @param destinations the client for them, with credentials that may push; its credentials never reach anybody but the
     *     registries, except what {@link io.sandboximage.registry.Repository#pushGrant()} says
     */
    public DepotPush push(RegistryClient destinations) {
        return DepotPush.of(access, calls, builds, destinations);
    }

    /** Repositories of the organization, with their retention and their access tokens. */
    public DepotRepositories repositories() {
        return new DepotRepositories(calls);
    }

    /** Ends the connection. */
    @Override
    public void close() {
        calls.close();
    }
}
