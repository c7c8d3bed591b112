package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.CredentialsRequest;
import io.sandboximage.buildkit.internal.proto.CredentialsResponse;
import io.sandboximage.buildkit.internal.proto.FetchTokenRequest;
import io.sandboximage.buildkit.internal.proto.FetchTokenResponse;
import io.sandboximage.buildkit.internal.proto.GetTokenAuthorityRequest;
import io.sandboximage.buildkit.internal.proto.GetTokenAuthorityResponse;
import io.sandboximage.buildkit.internal.proto.VerifyTokenAuthorityRequest;
import io.sandboximage.buildkit.internal.proto.VerifyTokenAuthorityResponse;
import io.sandboximage.buildkit.internal.ssh.Ed25519;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.registry.internal.auth.TokenService;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Credentials for the registries that the daemon pulls from and pushes to. Registries with a token server: the tokens are fetched
 * here, and passwords stay here. Registries with basic authentication, and daemons before 0.8: they get the credentials.
 */
public final class AuthService {
    private static final String NAME = "moby.filesync.v1.Auth";
    private static final MethodDescriptor<CredentialsRequest, CredentialsResponse> CREDENTIALS = Methods.unary(
            NAME, "Credentials", CredentialsRequest.getDefaultInstance(), CredentialsResponse.getDefaultInstance());
    private static final MethodDescriptor<FetchTokenRequest, FetchTokenResponse> FETCH_TOKEN = Methods.unary(
            NAME, "FetchToken", FetchTokenRequest.getDefaultInstance(), FetchTokenResponse.getDefaultInstance());
    private static final MethodDescriptor<GetTokenAuthorityRequest, GetTokenAuthorityResponse> GET_AUTHORITY =
            Methods.unary(
                    NAME,
                    "GetTokenAuthority",
                    GetTokenAuthorityRequest.getDefaultInstance(),
                    GetTokenAuthorityResponse.getDefaultInstance());
    private static final MethodDescriptor<VerifyTokenAuthorityRequest, VerifyTokenAuthorityResponse> VERIFY_AUTHORITY =
            Methods.unary(
                    NAME,
                    "VerifyTokenAuthority",
                    VerifyTokenAuthorityRequest.getDefaultInstance(),
                    VerifyTokenAuthorityResponse.getDefaultInstance());

    private final CredentialProvider provider;
    private final RegistryTokens tokens;
    private final Consumer<SandboxImageException> failures;
    /** Helper programs may ask the user; one at a time. */
    private final ReentrantLock asking = new ReentrantLock();

    private AuthService(CredentialProvider provider, RegistryTokens tokens, Consumer<SandboxImageException> failures) {
        this.provider = provider;
        this.tokens = tokens;
        this.failures = failures;
    }

    public static ServerServiceDefinition definition(
            CredentialProvider provider, RegistryTokens tokens, Consumer<SandboxImageException> failures) {
        AuthService service = new AuthService(provider, tokens, failures);
        return ServerServiceDefinition.builder(NAME)
                .addMethod(CREDENTIALS, service.answering(r -> r.getHost(), service::credentials))
                .addMethod(FETCH_TOKEN, service.answering(r -> r.getHost(), service::token))
                .addMethod(GET_AUTHORITY, service.answering(r -> r.getHost(), service::authority))
                .addMethod(VERIFY_AUTHORITY, service.answering(r -> r.getHost(), service::proof))
                .build();
    }

    private interface Answer<Q, A> {
        A of(Q request) throws GeneralSecurityException;
    }

    private interface Host<Q> {
        String of(Q request);
    }

    private <Q extends Message, A extends Message> io.grpc.ServerCallHandler<Q, A> answering(
            Host<Q> host, Answer<Q, A> answer) {
        return ServerCalls.asyncUnaryCall((Q request, StreamObserver<A> out) -> {
            try {
                out.onNext(answer.of(request));
                out.onCompleted();
            } catch (SandboxImageException e) {
                failures.accept(e);
                out.onError(Status.UNAUTHENTICATED
                        .withDescription("no credentials for " + host.of(request) + ": " + e.getMessage())
                        .asRuntimeException());
            } catch (GeneralSecurityException e) {
                // The daemon then asks for the credentials themselves.
                out.onError(Status.UNIMPLEMENTED
                        .withDescription("this JVM has no Ed25519")
                        .asRuntimeException());
            }
        });
    }

    private CredentialsResponse credentials(CredentialsRequest request) {
        Credentials credentials = find(request.getHost());
        CredentialsResponse.Builder response = CredentialsResponse.newBuilder();
        if (credentials instanceof Credentials.Basic basic) {
            response.setUsername(basic.username()).setSecret(basic.password());
        } else if (credentials instanceof Credentials.IdentityToken identity) {
            // A secret without a name is a refresh token to the daemon.
            response.setSecret(identity.token());
        }
        return response.build();
    }

    private FetchTokenResponse token(FetchTokenRequest request) {
        TokenService.Token token = tokens.service()
                .fetch(
                        request.getHost(),
                        request.getRealm(),
                        request.getService(),
                        request.getScopesList(),
                        find(request.getHost()));
        return FetchTokenResponse.newBuilder()
                .setToken(token.value())
                .setExpiresIn(Math.max(1, token.life().toSeconds()))
                .build();
    }

    private GetTokenAuthorityResponse authority(GetTokenAuthorityRequest request) throws GeneralSecurityException {
        EdECPublicKey key =
                (EdECPublicKey) tokens.key(request.getHost(), request.getSalt().toByteArray(), find(request.getHost()))
                        .getPublic();
        return GetTokenAuthorityResponse.newBuilder()
                .setPublicKey(ByteString.copyFrom(Ed25519.encode(key)))
                .build();
    }

    /** The signature, then what was signed, which is how the daemon's library has it. */
    private VerifyTokenAuthorityResponse proof(VerifyTokenAuthorityRequest request) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(tokens.key(request.getHost(), request.getSalt().toByteArray(), find(request.getHost()))
                .getPrivate());
        signature.update(request.getPayload().asReadOnlyByteBuffer());
        return VerifyTokenAuthorityResponse.newBuilder()
                .setSigned(ByteString.copyFrom(signature.sign()).concat(request.getPayload()))
                .build();
    }

    private Credentials find(String host) {
        asking.lock();
        try {
            return provider.find(host).orElse(Credentials.anonymous());
        } finally {
            asking.unlock();
        }
    }
}
