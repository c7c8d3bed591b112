package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.registry.CreateTokenRequest;
import io.sandboximage.depot.internal.proto.registry.CreateTokenResponse;
import io.sandboximage.depot.internal.proto.registry.ListTokensRequest;
import io.sandboximage.depot.internal.proto.registry.ListTokensResponse;
import io.sandboximage.depot.internal.proto.registry.RegistryAccessToken;
import io.sandboximage.depot.internal.proto.registry.RegistryAccessTokenPermission;
import io.sandboximage.depot.internal.proto.registry.RevokeTokenRequest;
import io.sandboximage.depot.internal.proto.registry.RevokeTokenResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The tokens of {@code depot.registry.v1beta1.RegistryService}. */
final class RegistryTokenEndpoint {
    private final EmulatorState state;
    private final Map<String, RegistryAccessToken> tokens = new ConcurrentSkipListMap<>();

    RegistryTokenEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                RepositoryEndpoint.SERVICE + "ListTokens",
                Procedure.unary(ListTokensRequest.getDefaultInstance(), this::list));
        procedures.put(
                RepositoryEndpoint.SERVICE + "CreateToken",
                Procedure.unary(CreateTokenRequest.getDefaultInstance(), this::create));
        procedures.put(
                RepositoryEndpoint.SERVICE + "RevokeToken",
                Procedure.unary(RevokeTokenRequest.getDefaultInstance(), this::revoke));
    }

    private Message list(DepotCall call, ListTokensRequest request) {
        state.requireCaller(call);
        // One a page, so that clients have pages to count.
        return ListTokensResponse.newBuilder()
                .setPage(request.getPage())
                .setPageSize(1)
                .setTotalCount(tokens.size())
                .addAllTokens(tokens.values().stream()
                        .skip(request.getPage() - 1)
                        .limit(1)
                        .toList())
                .build();
    }

    private Message create(DepotCall call, CreateTokenRequest request) {
        state.requireCaller(call);
        if (request.getPermission() == RegistryAccessTokenPermission.REGISTRY_ACCESS_TOKEN_PERMISSION_UNSPECIFIED) {
            throw new RpcFault("invalid_argument", "a token needs a permission");
        }
        RegistryAccessToken.Builder token = RegistryAccessToken.newBuilder()
                .setId(state.nextId("rat"))
                .setName(request.getName())
                .setPermission(request.getPermission())
                .addAllRepositoryScopes(request.getRepositoryScopesList())
                .setCreatedAt(BuildEndpoint.time(Instant.now()));
        if (request.hasExpiresAt()) {
            token.setExpiresAt(request.getExpiresAt());
        }
        if (request.hasDescription()) {
            token.setDescription(request.getDescription());
        }
        tokens.put(token.getId(), token.build());
        return CreateTokenResponse.newBuilder()
                .setToken(token)
                .setSecret("registry-secret-of-" + token.getId())
                .build();
    }

    private Message revoke(DepotCall call, RevokeTokenRequest request) {
        state.requireCaller(call);
        RegistryAccessToken token = Optional.ofNullable(tokens.get(request.getTokenId()))
                .orElseThrow(() -> new RpcFault("not_found", "Token not found"))
                .toBuilder()
                .setRevokedAt(BuildEndpoint.time(Instant.now()))
                .build();
        tokens.put(token.getId(), token);
        return RevokeTokenResponse.newBuilder().setToken(token).build();
    }
}
