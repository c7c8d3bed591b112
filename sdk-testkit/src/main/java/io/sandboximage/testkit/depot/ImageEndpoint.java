package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.build.DeleteImageRequest;
import io.sandboximage.depot.internal.proto.build.DeleteImageResponse;
import io.sandboximage.depot.internal.proto.build.Image;
import io.sandboximage.depot.internal.proto.build.ListImagesRequest;
import io.sandboximage.depot.internal.proto.build.ListImagesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code depot.build.v1.RegistryService}: the images of a project, a few at a time. */
final class ImageEndpoint {
    private static final String REGISTRY = "depot.build.v1.RegistryService/";

    private final EmulatorState state;

    ImageEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(REGISTRY + "ListImages", Procedure.unary(ListImagesRequest.getDefaultInstance(), this::list));
        procedures.put(
                REGISTRY + "DeleteImage", Procedure.unary(DeleteImageRequest.getDefaultInstance(), this::delete));
    }

    private Message list(DepotCall call, ListImagesRequest request) {
        state.project(call, request.getProjectId());
        List<Image> all = state.images.getOrDefault(request.getProjectId(), List.of());
        int start = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        int end = Math.min(all.size(), start + Math.max(1, request.getPageSize()));
        ListImagesResponse.Builder answer = ListImagesResponse.newBuilder().addAllImages(all.subList(start, end));
        if (end < all.size()) {
            answer.setNextPageToken(Integer.toString(end));
        }
        return answer.build();
    }

    private Message delete(DepotCall call, DeleteImageRequest request) {
        state.project(call, request.getProjectId());
        state.images.computeIfPresent(request.getProjectId(), (id, images) -> {
            List<Image> left = new ArrayList<>(images);
            left.removeIf(image -> request.getImageTagsList().contains(image.getTag()));
            return List.copyOf(left);
        });
        return DeleteImageResponse.getDefaultInstance();
    }
}
