package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.build.Image;
import io.sandboximage.depot.internal.proto.registry.BatchDeleteImageRequest;
import io.sandboximage.depot.internal.proto.registry.BatchDeleteImageResponse;
import io.sandboximage.depot.internal.proto.registry.CreateRepositoryRequest;
import io.sandboximage.depot.internal.proto.registry.CreateRepositoryResponse;
import io.sandboximage.depot.internal.proto.registry.DeleteRepositoryRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteRepositoryResponse;
import io.sandboximage.depot.internal.proto.registry.DeleteRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteRetentionPolicyResponse;
import io.sandboximage.depot.internal.proto.registry.DeleteTagRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteTagResponse;
import io.sandboximage.depot.internal.proto.registry.GetRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.GetRetentionPolicyResponse;
import io.sandboximage.depot.internal.proto.registry.ImageFailure;
import io.sandboximage.depot.internal.proto.registry.ImageIdentifier;
import io.sandboximage.depot.internal.proto.registry.ImageSummary;
import io.sandboximage.depot.internal.proto.registry.ListImagesRequest;
import io.sandboximage.depot.internal.proto.registry.ListImagesResponse;
import io.sandboximage.depot.internal.proto.registry.ListRepositoriesRequest;
import io.sandboximage.depot.internal.proto.registry.ListRepositoriesResponse;
import io.sandboximage.depot.internal.proto.registry.RepositorySummary;
import io.sandboximage.depot.internal.proto.registry.RetentionPolicy;
import io.sandboximage.depot.internal.proto.registry.UpsertRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.UpsertRetentionPolicyResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** {@code depot.registry.v1beta1.RegistryService} without its tokens: repositories are those of the lists of images. */
final class RepositoryEndpoint {
    static final String SERVICE = "depot.registry.v1beta1.RegistryService/";

    private final EmulatorState state;
    private final Map<String, RetentionPolicy> retention = new ConcurrentHashMap<>();

    RepositoryEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                SERVICE + "ListRepositories",
                Procedure.unary(ListRepositoriesRequest.getDefaultInstance(), this::repositories));
        procedures.put(
                SERVICE + "CreateRepository",
                Procedure.unary(CreateRepositoryRequest.getDefaultInstance(), this::create));
        procedures.put(
                SERVICE + "DeleteRepository",
                Procedure.unary(DeleteRepositoryRequest.getDefaultInstance(), this::delete));
        procedures.put(SERVICE + "ListImages", Procedure.unary(ListImagesRequest.getDefaultInstance(), this::images));
        procedures.put(SERVICE + "DeleteTag", Procedure.unary(DeleteTagRequest.getDefaultInstance(), this::untag));
        procedures.put(
                SERVICE + "BatchDeleteImage",
                Procedure.unary(BatchDeleteImageRequest.getDefaultInstance(), this::deleteImages));
        procedures.put(
                SERVICE + "GetRetentionPolicy",
                Procedure.unary(GetRetentionPolicyRequest.getDefaultInstance(), this::retention));
        procedures.put(
                SERVICE + "UpsertRetentionPolicy",
                Procedure.unary(UpsertRetentionPolicyRequest.getDefaultInstance(), this::retain));
        procedures.put(
                SERVICE + "DeleteRetentionPolicy",
                Procedure.unary(DeleteRetentionPolicyRequest.getDefaultInstance(), this::forget));
    }

    private Message repositories(DepotCall call, ListRepositoriesRequest request) {
        state.requireCaller(call);
        ListRepositoriesResponse.Builder answer =
                ListRepositoriesResponse.newBuilder().setPage(request.getPage()).setPageSize(1);
        List<Map.Entry<String, List<Image>>> all = new ArrayList<>(new TreeMap<>(state.images).entrySet());
        // One a page, so that clients have pages to count.
        int at = request.getPage() - 1;
        if (at < all.size()) {
            List<Image> images = all.get(at).getValue();
            answer.addRepositories(RepositorySummary.newBuilder()
                    .setName(all.get(at).getKey())
                    .setTagCount(images.size())
                    .setSizeBytes(images.stream().mapToLong(Image::getSizeBytes).sum()));
        }
        return answer.setHasMore(at + 1 < all.size()).build();
    }

    private Message create(DepotCall call, CreateRepositoryRequest request) {
        state.requireCaller(call);
        if (state.images.putIfAbsent(request.getRepository(), List.of()) != null) {
            throw new RpcFault("already_exists", "Repository exists");
        }
        return CreateRepositoryResponse.getDefaultInstance();
    }

    private Message delete(DepotCall call, DeleteRepositoryRequest request) {
        state.images.remove(repository(call, request.getRepository()));
        return DeleteRepositoryResponse.getDefaultInstance();
    }

    private Message images(DepotCall call, ListImagesRequest request) {
        Map<String, ImageSummary.Builder> byDigest = new LinkedHashMap<>();
        for (Image image : images(repository(call, request.getRepository()))) {
            byDigest.computeIfAbsent(image.getDigest(), digest -> ImageSummary.newBuilder()
                            .setDigest(digest)
                            .setSizeBytes(image.getSizeBytes())
                            .setPushedAt(image.getPushedAt()))
                    .addTags(image.getTag());
        }
        ListImagesResponse.Builder answer =
                ListImagesResponse.newBuilder().setPage(request.getPage()).setPageSize(request.getPageSize());
        byDigest.values().forEach(answer::addImages);
        return answer.build();
    }

    private Message untag(DepotCall call, DeleteTagRequest request) {
        if (!remove(repository(call, request.getRepository()), i -> i.getTag().equals(request.getTag()))) {
            throw new RpcFault("not_found", "Tag not found");
        }
        return DeleteTagResponse.getDefaultInstance();
    }

    private Message deleteImages(DepotCall call, BatchDeleteImageRequest request) {
        String repository = repository(call, request.getRepository());
        BatchDeleteImageResponse.Builder answer = BatchDeleteImageResponse.newBuilder();
        for (ImageIdentifier id : request.getImageIdsList()) {
            boolean removed = remove(repository, i -> i.getDigest().equals(id.getImageDigest()));
            if (removed) {
                answer.addImageIds(id);
            } else {
                answer.addFailures(ImageFailure.newBuilder()
                        .setImageId(id)
                        .setFailureCode("ImageNotFound")
                        .setFailureReason("there is no such image"));
            }
        }
        return answer.build();
    }

    private boolean remove(String repository, Predicate<Image> which) {
        int before = images(repository).size();
        state.images.computeIfPresent(
                repository,
                (name, images) -> images.stream().filter(which.negate()).toList());
        return images(repository).size() < before;
    }

    private List<Image> images(String repository) {
        return state.images.getOrDefault(repository, List.of());
    }

    private Message retention(DepotCall call, GetRetentionPolicyRequest request) {
        GetRetentionPolicyResponse.Builder answer = GetRetentionPolicyResponse.newBuilder();
        Optional.ofNullable(retention.get(repository(call, request.getRepository())))
                .ifPresent(answer::setPolicy);
        return answer.build();
    }

    private Message retain(DepotCall call, UpsertRetentionPolicyRequest request) {
        RetentionPolicy.Builder policy = RetentionPolicy.newBuilder()
                .setRepository(repository(call, request.getRepository()))
                .setEnabled(request.getEnabled());
        if (request.hasKeepCount()) {
            policy.setKeepCount(request.getKeepCount());
        }
        if (request.hasKeepDays()) {
            policy.setKeepDays(request.getKeepDays());
        }
        retention.put(policy.getRepository(), policy.build());
        return UpsertRetentionPolicyResponse.newBuilder().setPolicy(policy).build();
    }

    private Message forget(DepotCall call, DeleteRetentionPolicyRequest request) {
        retention.remove(repository(call, request.getRepository()));
        return DeleteRetentionPolicyResponse.getDefaultInstance();
    }

    private String repository(DepotCall call, String name) {
        state.requireCaller(call);
        if (!state.images.containsKey(name)) {
            throw new RpcFault("not_found", "Repository not found");
        }
        return name;
    }
}
