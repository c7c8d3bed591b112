package io.sandboximage.depot.registry;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.Pages;
import io.sandboximage.depot.internal.client.RegistryMethods;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.registry.CreateTokenRequest;
import io.sandboximage.depot.internal.proto.registry.CreateTokenResponse;
import io.sandboximage.depot.internal.proto.registry.ListTokensRequest;
import io.sandboximage.depot.internal.proto.registry.ListTokensResponse;
import io.sandboximage.depot.internal.proto.registry.RegistryAccessToken;
import io.sandboximage.depot.internal.proto.registry.RegistryAccessTokenPermission;
import io.sandboximage.depot.internal.proto.registry.RevokeTokenRequest;
import java.util.List;

/** Access tokens of the registry: for machines that only pull or push, and nothing else. Thread-safe. */
public final class RegistryTokens {
    private final DepotCalls calls;

    RegistryTokens(DepotCalls calls) {
        this.calls = calls;
    }

    public List<RegistryToken> list() {
        return Pages.byNumber("listing the tokens of the registry", number -> {
            ListTokensResponse page = calls.call(
                    "list the tokens of the registry",
                    RegistryMethods.TOKENS,
                    ListTokensRequest.newBuilder()
                            .setPage(number)
                            .setPageSize(Pages.SIZE)
                            .build());
            int size = page.getPageSize() > 0 ? page.getPageSize() : Pages.SIZE;
            return Pages.Page.numbered(
                    (long) number * size < page.getTotalCount(),
                    page.getTokensList().stream().map(RegistryTokens::of).toList());
        });
    }

    public NewRegistryToken create(RegistryTokenSpec spec) {
        CreateTokenRequest.Builder request = CreateTokenRequest.newBuilder()
                .setName(spec.name())
                .setPermission(
                        spec.permission() == RegistryToken.Permission.PUSH
                                ? RegistryAccessTokenPermission.REGISTRY_ACCESS_TOKEN_PERMISSION_PUSH
                                : RegistryAccessTokenPermission.REGISTRY_ACCESS_TOKEN_PERMISSION_PULL)
                .addAllRepositoryScopes(spec.repositories());
        spec.expiresAt().map(Times::of).ifPresent(request::setExpiresAt);
        spec.description().ifPresent(request::setDescription);
        CreateTokenResponse made =
                calls.call("create a token of the registry", RegistryMethods.CREATE_TOKEN, request.build());
        return new NewRegistryToken(of(made.getToken()), made.getSecret());
    }

    /** Makes a token useless; it stays in the list. */
    public void revoke(String tokenId) {
        calls.call(
                "revoke a token of the registry",
                RegistryMethods.REVOKE_TOKEN,
                RevokeTokenRequest.newBuilder().setTokenId(tokenId).build());
    }

    private static RegistryToken of(RegistryAccessToken token) {
        RegistryToken.Permission permission =
                switch (token.getPermission()) {
                    case REGISTRY_ACCESS_TOKEN_PERMISSION_PULL -> RegistryToken.Permission.PULL;
                    case REGISTRY_ACCESS_TOKEN_PERMISSION_PUSH -> RegistryToken.Permission.PUSH;
                    case REGISTRY_ACCESS_TOKEN_PERMISSION_UNSPECIFIED, UNRECOGNIZED -> RegistryToken.Permission.OTHER;
                };
        return new RegistryToken(
                token.getId(),
                token.getName(),
                permission,
                token.getRepositoryScopesList(),
                Times.of(token.getCreatedAt()),
                Times.optional(token.hasExpiresAt(), token.getExpiresAt()),
                Times.optional(token.hasRevokedAt(), token.getRevokedAt()));
    }
}
