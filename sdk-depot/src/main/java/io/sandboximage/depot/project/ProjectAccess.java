package io.sandboximage.depot.project;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.ProjectMethods;
import io.sandboximage.depot.internal.proto.core.AddTrustPolicyRequest;
import io.sandboximage.depot.internal.proto.core.CreateTokenRequest;
import io.sandboximage.depot.internal.proto.core.CreateTokenResponse;
import io.sandboximage.depot.internal.proto.core.DeleteTokenRequest;
import io.sandboximage.depot.internal.proto.core.ListTokensRequest;
import io.sandboximage.depot.internal.proto.core.ListTrustPoliciesRequest;
import io.sandboximage.depot.internal.proto.core.RemoveTrustPolicyRequest;
import io.sandboximage.depot.internal.proto.core.UpdateTokenRequest;
import io.sandboximage.error.InvalidRequestException;
import java.util.List;

/** Who may build in one project: holders of its tokens, and CI pipelines that it trusts. Thread-safe. */
public final class ProjectAccess {
    private final DepotCalls calls;
    private final String project;

    ProjectAccess(DepotCalls calls, String project) {
        this.calls = calls;
        this.project = project;
    }

    public List<TrustPolicy> trustPolicies() {
        ListTrustPoliciesRequest request =
                ListTrustPoliciesRequest.newBuilder().setProjectId(project).build();
        return calls
                .call("list the trust policies of the project " + project, ProjectMethods.TRUST_POLICIES, request)
                .getTrustPoliciesList()
                .stream()
                .map(ProjectMessages::of)
                .toList();
    }

    /** Lets the jobs of a pipeline build without a token of their own. */
    public TrustPolicy trust(TrustedCi ci) {
        AddTrustPolicyRequest.Builder request =
                AddTrustPolicyRequest.newBuilder().setProjectId(project);
        if (ci instanceof TrustedCi.GitHub github) {
            request.getGithubBuilder().setRepositoryOwner(github.owner()).setRepository(github.repository());
        } else if (ci instanceof TrustedCi.CircleCi circle) {
            request.getCircleciBuilder()
                    .setOrganizationUuid(circle.organizationUuid())
                    .setProjectUuid(circle.projectUuid());
        } else if (ci instanceof TrustedCi.Buildkite buildkite) {
            request.getBuildkiteBuilder()
                    .setOrganizationSlug(buildkite.organization())
                    .setPipelineSlug(buildkite.pipeline());
        } else {
            throw new InvalidRequestException("There is no way to trust " + ci + " from here");
        }
        return ProjectMessages.of(
                calls.call("add a trust policy to the project " + project, ProjectMethods.TRUST, request.build())
                        .getTrustPolicy());
    }

    /** Removes a trust policy. */
    public void distrust(String policyId) {
        calls.call(
                "remove a trust policy of the project " + project,
                ProjectMethods.DISTRUST,
                RemoveTrustPolicyRequest.newBuilder()
                        .setProjectId(project)
                        .setTrustPolicyId(policyId)
                        .build());
    }

    public List<ProjectToken> tokens() {
        ListTokensRequest request =
                ListTokensRequest.newBuilder().setProjectId(project).build();
        return calls
                .call("list the tokens of the project " + project, ProjectMethods.TOKENS, request)
                .getTokensList()
                .stream()
                .map(token -> new ProjectToken(token.getTokenId(), token.getDescription()))
                .toList();
    }

    public NewProjectToken createToken(String description) {
        CreateTokenResponse made = calls.call(
                "create a token of the project " + project,
                ProjectMethods.CREATE_TOKEN,
                CreateTokenRequest.newBuilder()
                        .setProjectId(project)
                        .setDescription(description)
                        .build());
        return new NewProjectToken(made.getTokenId(), made.getSecret());
    }

    public void describeToken(String tokenId, String description) {
        calls.call(
                "change a token of the project " + project,
                ProjectMethods.UPDATE_TOKEN,
                UpdateTokenRequest.newBuilder()
                        .setTokenId(tokenId)
                        .setDescription(description)
                        .build());
    }

    public void deleteToken(String tokenId) {
        calls.call(
                "delete a token of the project " + project,
                ProjectMethods.DELETE_TOKEN,
                DeleteTokenRequest.newBuilder().setTokenId(tokenId).build());
    }
}
