package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.account.ListProjectsRequest;
import io.sandboximage.depot.internal.proto.account.ListProjectsResponse;
import io.sandboximage.depot.internal.proto.account.ResetProjectCacheRequest;
import io.sandboximage.depot.internal.proto.account.ResetProjectCacheResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** What users see of projects and builds: {@code depot.cli.v1beta1} and {@code depot.cli.v1}. */
public final class OverviewMethods {
    private static final String PROJECTS_SERVICE = "depot.cli.v1beta1.ProjectsService";

    public static final RpcMethod<ListProjectsRequest, ListProjectsResponse> PROJECTS = RpcMethod.repeatable(
            PROJECTS_SERVICE,
            "ListProjects",
            ListProjectsRequest.getDefaultInstance(),
            ListProjectsResponse.getDefaultInstance());

    public static final RpcMethod<ResetProjectCacheRequest, ResetProjectCacheResponse> RESET = RpcMethod.repeatable(
            PROJECTS_SERVICE,
            "ResetProjectCache",
            ResetProjectCacheRequest.getDefaultInstance(),
            ResetProjectCacheResponse.getDefaultInstance());

    private OverviewMethods() {}
}
