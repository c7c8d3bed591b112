package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.cli.CreateBuildRequest;
import io.sandboximage.depot.internal.proto.cli.CreateBuildResponse;
import io.sandboximage.depot.internal.proto.cli.FinishBuildRequest;
import io.sandboximage.depot.internal.proto.cli.FinishBuildResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildResponse;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoResponse;
import io.sandboximage.depot.internal.proto.cli.GetPullTokenRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullTokenResponse;
import io.sandboximage.depot.internal.proto.cli.ListBuildsRequest;
import io.sandboximage.depot.internal.proto.cli.ListBuildsResponse;
import io.sandboximage.depot.internal.proto.cli.ReportBuildHealthRequest;
import io.sandboximage.depot.internal.proto.cli.ReportBuildHealthResponse;
import io.sandboximage.depot.internal.proto.cli.ReportStatusStreamRequest;
import io.sandboximage.depot.internal.proto.cli.ReportStatusStreamResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** {@code depot.cli.v1.BuildService}. */
public final class BuildMethods {
    private static final String SERVICE = "depot.cli.v1.BuildService";

    public static final RpcMethod<CreateBuildRequest, CreateBuildResponse> CREATE = RpcMethod.once(
            SERVICE, "CreateBuild", CreateBuildRequest.getDefaultInstance(), CreateBuildResponse.getDefaultInstance());
    public static final RpcMethod<FinishBuildRequest, FinishBuildResponse> FINISH = RpcMethod.once(
            SERVICE, "FinishBuild", FinishBuildRequest.getDefaultInstance(), FinishBuildResponse.getDefaultInstance());

    public static final RpcMethod<GetBuildKitConnectionRequest, GetBuildKitConnectionResponse> CONNECTION =
            RpcMethod.repeatable(
                    SERVICE,
                    "GetBuildKitConnection",
                    GetBuildKitConnectionRequest.getDefaultInstance(),
                    GetBuildKitConnectionResponse.getDefaultInstance());
    public static final RpcMethod<ReportBuildHealthRequest, ReportBuildHealthResponse> HEALTH = RpcMethod.repeatable(
            SERVICE,
            "ReportBuildHealth",
            ReportBuildHealthRequest.getDefaultInstance(),
            ReportBuildHealthResponse.getDefaultInstance());
    public static final RpcMethod<ReportStatusStreamRequest, ReportStatusStreamResponse> STATUS = RpcMethod.once(
            SERVICE,
            "ReportStatusStream",
            ReportStatusStreamRequest.getDefaultInstance(),
            ReportStatusStreamResponse.getDefaultInstance());

    public static final RpcMethod<GetBuildRequest, GetBuildResponse> GET = RpcMethod.repeatable(
            SERVICE, "GetBuild", GetBuildRequest.getDefaultInstance(), GetBuildResponse.getDefaultInstance());
    public static final RpcMethod<ListBuildsRequest, ListBuildsResponse> LIST = RpcMethod.repeatable(
            SERVICE, "ListBuilds", ListBuildsRequest.getDefaultInstance(), ListBuildsResponse.getDefaultInstance());
    public static final RpcMethod<GetPullInfoRequest, GetPullInfoResponse> PULL_INFO = RpcMethod.repeatable(
            SERVICE, "GetPullInfo", GetPullInfoRequest.getDefaultInstance(), GetPullInfoResponse.getDefaultInstance());
    public static final RpcMethod<GetPullTokenRequest, GetPullTokenResponse> PULL_TOKEN = RpcMethod.repeatable(
            SERVICE,
            "GetPullToken",
            GetPullTokenRequest.getDefaultInstance(),
            GetPullTokenResponse.getDefaultInstance());

    private BuildMethods() {}
}
