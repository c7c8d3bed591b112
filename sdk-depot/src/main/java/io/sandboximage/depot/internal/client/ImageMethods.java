package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.build.DeleteImageRequest;
import io.sandboximage.depot.internal.proto.build.DeleteImageResponse;
import io.sandboximage.depot.internal.proto.build.ListImagesRequest;
import io.sandboximage.depot.internal.proto.build.ListImagesResponse;
import io.sandboximage.depot.internal.proto.cli.FinishPushRequest;
import io.sandboximage.depot.internal.proto.cli.FinishPushResponse;
import io.sandboximage.depot.internal.proto.cli.StartPushRequest;
import io.sandboximage.depot.internal.proto.cli.StartPushResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** What of Depot's services is about saved images: their list, how to pull them, and pushes. */
public final class ImageMethods {
    private static final String IMAGES_SERVICE = "depot.build.v1.RegistryService";
    private static final String PUSH_SERVICE = "depot.cli.v1.PushService";

    public static final RpcMethod<ListImagesRequest, ListImagesResponse> LIST = RpcMethod.repeatable(
            IMAGES_SERVICE,
            "ListImages",
            ListImagesRequest.getDefaultInstance(),
            ListImagesResponse.getDefaultInstance());

    public static final RpcMethod<DeleteImageRequest, DeleteImageResponse> DELETE = RpcMethod.repeatable(
            IMAGES_SERVICE,
            "DeleteImage",
            DeleteImageRequest.getDefaultInstance(),
            DeleteImageResponse.getDefaultInstance());

    public static final RpcMethod<StartPushRequest, StartPushResponse> START_PUSH = RpcMethod.once(
            PUSH_SERVICE, "StartPush", StartPushRequest.getDefaultInstance(), StartPushResponse.getDefaultInstance());

    public static final RpcMethod<FinishPushRequest, FinishPushResponse> FINISH_PUSH = RpcMethod.once(
            PUSH_SERVICE,
            "FinishPush",
            FinishPushRequest.getDefaultInstance(),
            FinishPushResponse.getDefaultInstance());

    private ImageMethods() {}
}
