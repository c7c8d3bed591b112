package io.sandboximage.depot.registry;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.Pages;
import io.sandboximage.depot.internal.client.RegistryMethods;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.registry.BatchDeleteImageRequest;
import io.sandboximage.depot.internal.proto.registry.CreateRepositoryRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteRepositoryRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteTagRequest;
import io.sandboximage.depot.internal.proto.registry.GetRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.GetRetentionPolicyResponse;
import io.sandboximage.depot.internal.proto.registry.ImageIdentifier;
import io.sandboximage.depot.internal.proto.registry.ListImagesRequest;
import io.sandboximage.depot.internal.proto.registry.ListImagesResponse;
import io.sandboximage.depot.internal.proto.registry.ListRepositoriesRequest;
import io.sandboximage.depot.internal.proto.registry.ListRepositoriesResponse;
import io.sandboximage.depot.internal.proto.registry.UpsertRetentionPolicyRequest;
import io.sandboximage.image.Digest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Repositories of an organization, in the second naming of {@link DepotReference}; needs a token of the organization. This API of
 * Depot's is in beta: a server may not have it, which comes as {@link io.sandboximage.error.InvalidRequestException}. Thread-safe.
 */
public final class DepotRepositories {
    private final DepotCalls calls;

    DepotRepositories(DepotCalls calls) {
        this.calls = calls;
    }

    public List<DepotRepository> list() {
        return Pages.byNumber("listing the repositories", number -> {
            ListRepositoriesResponse page = calls.call(
                    "list the repositories",
                    RegistryMethods.REPOSITORIES,
                    ListRepositoriesRequest.newBuilder()
                            .setPage(number)
                            .setPageSize(Pages.SIZE)
                            .build());
            return Pages.Page.numbered(
                    page.getHasMore(),
                    page.getRepositoriesList().stream()
                            .map(r -> new DepotRepository(
                                    r.getName(),
                                    r.getTagCount(),
                                    r.getSizeBytes(),
                                    Times.of(r.getCreatedAt()),
                                    Times.optional(r.hasLastPushedAt(), r.getLastPushedAt())))
                            .toList());
        });
    }

    public void create(String repository) {
        calls.call(
                "create the repository " + repository,
                RegistryMethods.CREATE_REPOSITORY,
                CreateRepositoryRequest.newBuilder().setRepository(repository).build());
    }

    /** With all its images. */
    public void delete(String repository) {
        calls.call(
                "delete the repository " + repository,
                RegistryMethods.DELETE_REPOSITORY,
                DeleteRepositoryRequest.newBuilder().setRepository(repository).build());
    }

    /** Images with and without tags. */
    public List<RepositoryImage> images(String repository) {
        return Pages.byNumber("listing the images of " + repository, number -> {
            ListImagesResponse page = calls.call(
                    "list the images of the repository " + repository,
                    RegistryMethods.IMAGES,
                    ListImagesRequest.newBuilder()
                            .setRepository(repository)
                            .setPage(number)
                            .setPageSize(Pages.SIZE)
                            .build());
            return Pages.Page.numbered(
                    page.getHasMore(),
                    page.getImagesList().stream()
                            .map(i -> new RepositoryImage(
                                    Digest.parse(i.getDigest()),
                                    i.getMediaType(),
                                    i.getSizeBytes(),
                                    i.getTagsList(),
                                    Times.of(i.getPushedAt())))
                            .toList());
        });
    }

    /** Removes a tag; the image stays under its other tags. */
    public void deleteTag(String repository, String tag) {
        calls.call(
                "delete the tag " + tag + " of the repository " + repository,
                RegistryMethods.DELETE_TAG,
                DeleteTagRequest.newBuilder()
                        .setRepository(repository)
                        .setTag(tag)
                        .build());
    }

    /**
     * Deletes images with all their tags.
     *
     * @return what was not deleted
     */
    public List<FailedDeletion> deleteImages(String repository, List<Digest> images) {
        BatchDeleteImageRequest.Builder request =
                BatchDeleteImageRequest.newBuilder().setRepository(repository);
        images.forEach(digest -> request.addImageIdsBuilder().setImageDigest(digest.toString()));
        return calls
                .call("delete images of the repository " + repository, RegistryMethods.DELETE_IMAGES, request.build())
                .getFailuresList()
                .stream()
                .map(f -> new FailedDeletion(name(f.getImageId()), f.getFailureCode(), f.getFailureReason()))
                .toList();
    }

    private static String name(ImageIdentifier image) {
        return image.hasImageDigest() ? image.getImageDigest() : image.getImageTag();
    }

    /** What a repository keeps; empty where it has no rule of its own. */
    public Optional<RetentionPolicy> retention(String repository) {
        GetRetentionPolicyResponse answer = calls.call(
                "get the retention policy of the repository " + repository,
                RegistryMethods.RETENTION,
                GetRetentionPolicyRequest.newBuilder().setRepository(repository).build());
        if (!answer.hasPolicy()) {
            return Optional.empty();
        }
        var policy = answer.getPolicy();
        return Optional.of(new RetentionPolicy(
                policy.getEnabled(),
                policy.hasKeepCount() ? OptionalInt.of(policy.getKeepCount()) : OptionalInt.empty(),
                policy.hasKeepDays() ? OptionalInt.of(policy.getKeepDays()) : OptionalInt.empty()));
    }

    /** Sets what a repository keeps, in place of what was set before. */
    public void retention(String repository, RetentionPolicy policy) {
        UpsertRetentionPolicyRequest.Builder request = UpsertRetentionPolicyRequest.newBuilder()
                .setRepository(repository)
                .setEnabled(policy.enabled());
        policy.keepCount().ifPresent(request::setKeepCount);
        policy.keepDays().ifPresent(request::setKeepDays);
        calls.call(
                "set the retention policy of the repository " + repository,
                RegistryMethods.SET_RETENTION,
                request.build());
    }

    /** Back to what Depot does where nothing is set. */
    public void removeRetention(String repository) {
        calls.call(
                "delete the retention policy of the repository " + repository,
                RegistryMethods.DELETE_RETENTION,
                DeleteRetentionPolicyRequest.newBuilder()
                        .setRepository(repository)
                        .build());
    }

    /** Access tokens of the registry. */
    public RegistryTokens tokens() {
        return new RegistryTokens(calls);
    }
}
