package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.core.AddTrustPolicyRequest;
import io.sandboximage.depot.internal.proto.core.AddTrustPolicyResponse;
import io.sandboximage.depot.internal.proto.core.CreateProjectRequest;
import io.sandboximage.depot.internal.proto.core.CreateProjectResponse;
import io.sandboximage.depot.internal.proto.core.CreateTokenRequest;
import io.sandboximage.depot.internal.proto.core.CreateTokenResponse;
import io.sandboximage.depot.internal.proto.core.DeleteProjectRequest;
import io.sandboximage.depot.internal.proto.core.DeleteProjectResponse;
import io.sandboximage.depot.internal.proto.core.DeleteTokenRequest;
import io.sandboximage.depot.internal.proto.core.DeleteTokenResponse;
import io.sandboximage.depot.internal.proto.core.GetProjectRequest;
import io.sandboximage.depot.internal.proto.core.GetProjectResponse;
import io.sandboximage.depot.internal.proto.core.GetProjectUsageRequest;
import io.sandboximage.depot.internal.proto.core.GetProjectUsageResponse;
import io.sandboximage.depot.internal.proto.core.GetUsageRequest;
import io.sandboximage.depot.internal.proto.core.GetUsageResponse;
import io.sandboximage.depot.internal.proto.core.ListOrganizationsRequest;
import io.sandboximage.depot.internal.proto.core.ListOrganizationsResponse;
import io.sandboximage.depot.internal.proto.core.ListProjectUsageRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectUsageResponse;
import io.sandboximage.depot.internal.proto.core.ListProjectsRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectsResponse;
import io.sandboximage.depot.internal.proto.core.ListTokensRequest;
import io.sandboximage.depot.internal.proto.core.ListTokensResponse;
import io.sandboximage.depot.internal.proto.core.ListTrustPoliciesRequest;
import io.sandboximage.depot.internal.proto.core.ListTrustPoliciesResponse;
import io.sandboximage.depot.internal.proto.core.RemoveTrustPolicyRequest;
import io.sandboximage.depot.internal.proto.core.RemoveTrustPolicyResponse;
import io.sandboximage.depot.internal.proto.core.ResetProjectRequest;
import io.sandboximage.depot.internal.proto.core.ResetProjectResponse;
import io.sandboximage.depot.internal.proto.core.UpdateProjectRequest;
import io.sandboximage.depot.internal.proto.core.UpdateProjectResponse;
import io.sandboximage.depot.internal.proto.core.UpdateTokenRequest;
import io.sandboximage.depot.internal.proto.core.UpdateTokenResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** {@code depot.core.v1}: organizations, projects and what they used. */
public final class ProjectMethods {
    private static final String ORGANIZATIONS_SERVICE = "depot.core.v1.OrganizationService";
    private static final String PROJECT_SERVICE = "depot.core.v1.ProjectService";
    private static final String USAGE_SERVICE = "depot.core.v1.UsageService";

    public static final RpcMethod<ListOrganizationsRequest, ListOrganizationsResponse> ORGANIZATIONS =
            RpcMethod.repeatable(
                    ORGANIZATIONS_SERVICE,
                    "ListOrganizations",
                    ListOrganizationsRequest.getDefaultInstance(),
                    ListOrganizationsResponse.getDefaultInstance());

    public static final RpcMethod<ListProjectsRequest, ListProjectsResponse> LIST = RpcMethod.repeatable(
            PROJECT_SERVICE,
            "ListProjects",
            ListProjectsRequest.getDefaultInstance(),
            ListProjectsResponse.getDefaultInstance());

    public static final RpcMethod<GetProjectRequest, GetProjectResponse> GET = RpcMethod.repeatable(
            PROJECT_SERVICE,
            "GetProject",
            GetProjectRequest.getDefaultInstance(),
            GetProjectResponse.getDefaultInstance());

    public static final RpcMethod<CreateProjectRequest, CreateProjectResponse> CREATE = RpcMethod.once(
            PROJECT_SERVICE,
            "CreateProject",
            CreateProjectRequest.getDefaultInstance(),
            CreateProjectResponse.getDefaultInstance());

    public static final RpcMethod<UpdateProjectRequest, UpdateProjectResponse> UPDATE = RpcMethod.repeatable(
            PROJECT_SERVICE,
            "UpdateProject",
            UpdateProjectRequest.getDefaultInstance(),
            UpdateProjectResponse.getDefaultInstance());

    public static final RpcMethod<DeleteProjectRequest, DeleteProjectResponse> DELETE = RpcMethod.once(
            PROJECT_SERVICE,
            "DeleteProject",
            DeleteProjectRequest.getDefaultInstance(),
            DeleteProjectResponse.getDefaultInstance());

    public static final RpcMethod<ResetProjectRequest, ResetProjectResponse> RESET = RpcMethod.repeatable(
            PROJECT_SERVICE,
            "ResetProject",
            ResetProjectRequest.getDefaultInstance(),
            ResetProjectResponse.getDefaultInstance());

    public static final RpcMethod<ListTrustPoliciesRequest, ListTrustPoliciesResponse> TRUST_POLICIES =
            RpcMethod.repeatable(
                    PROJECT_SERVICE,
                    "ListTrustPolicies",
                    ListTrustPoliciesRequest.getDefaultInstance(),
                    ListTrustPoliciesResponse.getDefaultInstance());

    public static final RpcMethod<AddTrustPolicyRequest, AddTrustPolicyResponse> TRUST = RpcMethod.once(
            PROJECT_SERVICE,
            "AddTrustPolicy",
            AddTrustPolicyRequest.getDefaultInstance(),
            AddTrustPolicyResponse.getDefaultInstance());

    public static final RpcMethod<RemoveTrustPolicyRequest, RemoveTrustPolicyResponse> DISTRUST = RpcMethod.once(
            PROJECT_SERVICE,
            "RemoveTrustPolicy",
            RemoveTrustPolicyRequest.getDefaultInstance(),
            RemoveTrustPolicyResponse.getDefaultInstance());

    public static final RpcMethod<ListTokensRequest, ListTokensResponse> TOKENS = RpcMethod.repeatable(
            PROJECT_SERVICE,
            "ListTokens",
            ListTokensRequest.getDefaultInstance(),
            ListTokensResponse.getDefaultInstance());

    public static final RpcMethod<CreateTokenRequest, CreateTokenResponse> CREATE_TOKEN = RpcMethod.once(
            PROJECT_SERVICE,
            "CreateToken",
            CreateTokenRequest.getDefaultInstance(),
            CreateTokenResponse.getDefaultInstance());

    public static final RpcMethod<UpdateTokenRequest, UpdateTokenResponse> UPDATE_TOKEN = RpcMethod.repeatable(
            PROJECT_SERVICE,
            "UpdateToken",
            UpdateTokenRequest.getDefaultInstance(),
            UpdateTokenResponse.getDefaultInstance());

    public static final RpcMethod<DeleteTokenRequest, DeleteTokenResponse> DELETE_TOKEN = RpcMethod.once(
            PROJECT_SERVICE,
            "DeleteToken",
            DeleteTokenRequest.getDefaultInstance(),
            DeleteTokenResponse.getDefaultInstance());

    public static final RpcMethod<ListProjectUsageRequest, ListProjectUsageResponse> PROJECTS_USAGE =
            RpcMethod.repeatable(
                    USAGE_SERVICE,
                    "ListProjectUsage",
                    ListProjectUsageRequest.getDefaultInstance(),
                    ListProjectUsageResponse.getDefaultInstance());

    public static final RpcMethod<GetProjectUsageRequest, GetProjectUsageResponse> PROJECT_USAGE = RpcMethod.repeatable(
            USAGE_SERVICE,
            "GetProjectUsage",
            GetProjectUsageRequest.getDefaultInstance(),
            GetProjectUsageResponse.getDefaultInstance());

    public static final RpcMethod<GetUsageRequest, GetUsageResponse> USAGE = RpcMethod.repeatable(
            USAGE_SERVICE, "GetUsage", GetUsageRequest.getDefaultInstance(), GetUsageResponse.getDefaultInstance());

    private ProjectMethods() {}
}
