package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.core.AddTrustPolicyRequest;
import io.sandboximage.depot.internal.proto.core.AddTrustPolicyResponse;
import io.sandboximage.depot.internal.proto.core.CreateTokenRequest;
import io.sandboximage.depot.internal.proto.core.CreateTokenResponse;
import io.sandboximage.depot.internal.proto.core.DeleteTokenRequest;
import io.sandboximage.depot.internal.proto.core.DeleteTokenResponse;
import io.sandboximage.depot.internal.proto.core.ListTokensRequest;
import io.sandboximage.depot.internal.proto.core.ListTokensResponse;
import io.sandboximage.depot.internal.proto.core.ListTrustPoliciesRequest;
import io.sandboximage.depot.internal.proto.core.ListTrustPoliciesResponse;
import io.sandboximage.depot.internal.proto.core.RemoveTrustPolicyRequest;
import io.sandboximage.depot.internal.proto.core.RemoveTrustPolicyResponse;
import io.sandboximage.depot.internal.proto.core.Token;
import io.sandboximage.depot.internal.proto.core.TrustPolicy;
import io.sandboximage.depot.internal.proto.core.UpdateTokenRequest;
import io.sandboximage.depot.internal.proto.core.UpdateTokenResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What of {@code depot.core.v1.ProjectService} is about who may build: trust policies and tokens. Tokens that it makes are good. */
final class AccessEndpoint {
    private static final String PROJECTS = "depot.core.v1.ProjectService/";

    private final EmulatorState state;
    private final Map<String, List<TrustPolicy>> policies = new ConcurrentHashMap<>();
    private final Map<String, ProjectToken> tokens = new ConcurrentSkipListMap<>();

    /** A token and whose it is. */
    private record ProjectToken(String project, String description, String secret) {}

    AccessEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                PROJECTS + "ListTrustPolicies",
                Procedure.unary(ListTrustPoliciesRequest.getDefaultInstance(), this::trusted));
        procedures.put(
                PROJECTS + "AddTrustPolicy", Procedure.unary(AddTrustPolicyRequest.getDefaultInstance(), this::trust));
        procedures.put(
                PROJECTS + "RemoveTrustPolicy",
                Procedure.unary(RemoveTrustPolicyRequest.getDefaultInstance(), this::distrust));
        procedures.put(PROJECTS + "ListTokens", Procedure.unary(ListTokensRequest.getDefaultInstance(), this::tokens));
        procedures.put(
                PROJECTS + "CreateToken", Procedure.unary(CreateTokenRequest.getDefaultInstance(), this::create));
        procedures.put(
                PROJECTS + "UpdateToken", Procedure.unary(UpdateTokenRequest.getDefaultInstance(), this::update));
        procedures.put(
                PROJECTS + "DeleteToken", Procedure.unary(DeleteTokenRequest.getDefaultInstance(), this::delete));
    }

    private Message trusted(DepotCall call, ListTrustPoliciesRequest request) {
        String project = state.project(call, request.getProjectId()).getProjectId();
        return ListTrustPoliciesResponse.newBuilder()
                .addAllTrustPolicies(policies.getOrDefault(project, List.of()))
                .build();
    }

    private Message trust(DepotCall call, AddTrustPolicyRequest request) {
        String project = state.project(call, request.getProjectId()).getProjectId();
        TrustPolicy.Builder policy = TrustPolicy.newBuilder().setTrustPolicyId(state.nextId("trust"));
        switch (request.getProviderCase()) {
            case GITHUB -> policy.setGithub(request.getGithub());
            case CIRCLECI -> policy.setCircleci(request.getCircleci());
            case BUILDKITE -> policy.setBuildkite(request.getBuildkite());
            case PROVIDER_NOT_SET -> throw new RpcFault("invalid_argument", "a trust policy needs a provider");
        }
        policies.computeIfAbsent(project, id -> new CopyOnWriteArrayList<>()).add(policy.build());
        return AddTrustPolicyResponse.newBuilder().setTrustPolicy(policy).build();
    }

    private Message distrust(DepotCall call, RemoveTrustPolicyRequest request) {
        String project = state.project(call, request.getProjectId()).getProjectId();
        boolean removed = policies.getOrDefault(project, List.of())
                .removeIf(policy -> policy.getTrustPolicyId().equals(request.getTrustPolicyId()));
        if (!removed) {
            throw new RpcFault("not_found", "Trust policy not found");
        }
        return RemoveTrustPolicyResponse.getDefaultInstance();
    }

    private Message tokens(DepotCall call, ListTokensRequest request) {
        String project = state.project(call, request.getProjectId()).getProjectId();
        ListTokensResponse.Builder answer = ListTokensResponse.newBuilder();
        tokens.forEach((id, token) -> {
            if (token.project().equals(project)) {
                answer.addTokens(Token.newBuilder().setTokenId(id).setDescription(token.description()));
            }
        });
        return answer.build();
    }

    private Message create(DepotCall call, CreateTokenRequest request) {
        String project = state.project(call, request.getProjectId()).getProjectId();
        String id = state.nextId("tok");
        ProjectToken token = new ProjectToken(project, request.getDescription(), "secret-of-" + id);
        tokens.put(id, token);
        state.tokens.add(token.secret());
        return CreateTokenResponse.newBuilder()
                .setTokenId(id)
                .setSecret(token.secret())
                .build();
    }

    private Message update(DepotCall call, UpdateTokenRequest request) {
        ProjectToken token = token(call, request.getTokenId());
        tokens.put(request.getTokenId(), new ProjectToken(token.project(), request.getDescription(), token.secret()));
        return UpdateTokenResponse.getDefaultInstance();
    }

    private Message delete(DepotCall call, DeleteTokenRequest request) {
        state.tokens.remove(token(call, request.getTokenId()).secret());
        tokens.remove(request.getTokenId());
        return DeleteTokenResponse.getDefaultInstance();
    }

    private ProjectToken token(DepotCall call, String id) {
        state.requireCaller(call);
        return Optional.ofNullable(tokens.get(id)).orElseThrow(() -> new RpcFault("not_found", "Token not found"));
    }
}
