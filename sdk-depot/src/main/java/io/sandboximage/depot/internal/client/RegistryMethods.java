package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.registry.BatchDeleteImageRequest;
import io.sandboximage.depot.internal.proto.registry.BatchDeleteImageResponse;
import io.sandboximage.depot.internal.proto.registry.CreateRepositoryRequest;
import io.sandboximage.depot.internal.proto.registry.CreateRepositoryResponse;
import io.sandboximage.depot.internal.proto.registry.CreateTokenRequest;
import io.sandboximage.depot.internal.proto.registry.CreateTokenResponse;
import io.sandboximage.depot.internal.proto.registry.DeleteRepositoryRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteRepositoryResponse;
import io.sandboximage.depot.internal.proto.registry.DeleteRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteRetentionPolicyResponse;
import io.sandboximage.depot.internal.proto.registry.DeleteTagRequest;
import io.sandboximage.depot.internal.proto.registry.DeleteTagResponse;
import io.sandboximage.depot.internal.proto.registry.GetRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.GetRetentionPolicyResponse;
import io.sandboximage.depot.internal.proto.registry.ListImagesRequest;
import io.sandboximage.depot.internal.proto.registry.ListImagesResponse;
import io.sandboximage.depot.internal.proto.registry.ListRepositoriesRequest;
import io.sandboximage.depot.internal.proto.registry.ListRepositoriesResponse;
import io.sandboximage.depot.internal.proto.registry.ListTokensRequest;
import io.sandboximage.depot.internal.proto.registry.ListTokensResponse;
import io.sandboximage.depot.internal.proto.registry.RevokeTokenRequest;
import io.sandboximage.depot.internal.proto.registry.RevokeTokenResponse;
import io.sandboximage.depot.internal.proto.registry.UpsertRetentionPolicyRequest;
import io.sandboximage.depot.internal.proto.registry.UpsertRetentionPolicyResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** {@code depot.registry.v1beta1.RegistryService}. */
public final class RegistryMethods {
    private static final String SERVICE = "depot.registry.v1beta1.RegistryService";

    public static final RpcMethod<ListRepositoriesRequest, ListRepositoriesResponse> REPOSITORIES =
            RpcMethod.repeatable(
                    SERVICE,
                    "ListRepositories",
                    ListRepositoriesRequest.getDefaultInstance(),
                    ListRepositoriesResponse.getDefaultInstance());

    public static final RpcMethod<CreateRepositoryRequest, CreateRepositoryResponse> CREATE_REPOSITORY = RpcMethod.once(
            SERVICE,
            "CreateRepository",
            CreateRepositoryRequest.getDefaultInstance(),
            CreateRepositoryResponse.getDefaultInstance());

    public static final RpcMethod<DeleteRepositoryRequest, DeleteRepositoryResponse> DELETE_REPOSITORY = RpcMethod.once(
            SERVICE,
            "DeleteRepository",
            DeleteRepositoryRequest.getDefaultInstance(),
            DeleteRepositoryResponse.getDefaultInstance());

    public static final RpcMethod<ListImagesRequest, ListImagesResponse> IMAGES = RpcMethod.repeatable(
            SERVICE, "ListImages", ListImagesRequest.getDefaultInstance(), ListImagesResponse.getDefaultInstance());

    public static final RpcMethod<DeleteTagRequest, DeleteTagResponse> DELETE_TAG = RpcMethod.repeatable(
            SERVICE, "DeleteTag", DeleteTagRequest.getDefaultInstance(), DeleteTagResponse.getDefaultInstance());

    public static final RpcMethod<BatchDeleteImageRequest, BatchDeleteImageResponse> DELETE_IMAGES =
            RpcMethod.repeatable(
                    SERVICE,
                    "BatchDeleteImage",
                    BatchDeleteImageRequest.getDefaultInstance(),
                    BatchDeleteImageResponse.getDefaultInstance());

    public static final RpcMethod<GetRetentionPolicyRequest, GetRetentionPolicyResponse> RETENTION =
            RpcMethod.repeatable(
                    SERVICE,
                    "GetRetentionPolicy",
                    GetRetentionPolicyRequest.getDefaultInstance(),
                    GetRetentionPolicyResponse.getDefaultInstance());

    public static final RpcMethod<UpsertRetentionPolicyRequest, UpsertRetentionPolicyResponse> SET_RETENTION =
            RpcMethod.repeatable(
                    SERVICE,
                    "UpsertRetentionPolicy",
                    UpsertRetentionPolicyRequest.getDefaultInstance(),
                    UpsertRetentionPolicyResponse.getDefaultInstance());

    public static final RpcMethod<DeleteRetentionPolicyRequest, DeleteRetentionPolicyResponse> DELETE_RETENTION =
            RpcMethod.repeatable(
                    SERVICE,
                    "DeleteRetentionPolicy",
                    DeleteRetentionPolicyRequest.getDefaultInstance(),
                    DeleteRetentionPolicyResponse.getDefaultInstance());

    public static final RpcMethod<ListTokensRequest, ListTokensResponse> TOKENS = RpcMethod.repeatable(
            SERVICE, "ListTokens", ListTokensRequest.getDefaultInstance(), ListTokensResponse.getDefaultInstance());

    public static final RpcMethod<CreateTokenRequest, CreateTokenResponse> CREATE_TOKEN = RpcMethod.once(
            SERVICE, "CreateToken", CreateTokenRequest.getDefaultInstance(), CreateTokenResponse.getDefaultInstance());

    public static final RpcMethod<RevokeTokenRequest, RevokeTokenResponse> REVOKE_TOKEN = RpcMethod.repeatable(
            SERVICE, "RevokeToken", RevokeTokenRequest.getDefaultInstance(), RevokeTokenResponse.getDefaultInstance());

    private RegistryMethods() {}
}
