package io.sandboximage.buildkit.internal.session;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.sandboximage.buildkit.internal.proto.CredentialsRequest;
import io.sandboximage.buildkit.internal.proto.CredentialsResponse;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.SandboxImageException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Credentials for the registries that the daemon pulls from and pushes to. The daemon fetches the tokens; the calls by which the
 * client could do that are not served, which the daemon understands.
 */
public final class AuthService {
    private static final String NAME = "moby.filesync.v1.Auth";
    private static final MethodDescriptor<CredentialsRequest, CredentialsResponse> CREDENTIALS = Methods.unary(
            NAME, "Credentials", CredentialsRequest.getDefaultInstance(), CredentialsResponse.getDefaultInstance());

    private AuthService() {}

    public static ServerServiceDefinition definition(
            CredentialProvider provider, Consumer<SandboxImageException> failures) {
        // Helper programs may ask the user; one at a time.
        ReentrantLock asking = new ReentrantLock();
        return ServerServiceDefinition.builder(NAME)
                .addMethod(CREDENTIALS, ServerCalls.asyncUnaryCall((request, out) -> {
                    asking.lock();
                    try {
                        out.onNext(provider.find(request.getHost())
                                .map(AuthService::response)
                                .orElse(CredentialsResponse.getDefaultInstance()));
                        out.onCompleted();
                    } catch (SandboxImageException e) {
                        failures.accept(e);
                        out.onError(Status.UNAVAILABLE
                                .withDescription("the credentials for " + request.getHost() + " cannot be read")
                                .asRuntimeException());
                    } finally {
                        asking.unlock();
                    }
                }))
                .build();
    }

    private static CredentialsResponse response(Credentials credentials) {
        CredentialsResponse.Builder response = CredentialsResponse.newBuilder();
        if (credentials instanceof Credentials.Basic basic) {
            response.setUsername(basic.username()).setSecret(basic.password());
        } else if (credentials instanceof Credentials.IdentityToken identity) {
            // A secret without a name is a refresh token to the daemon.
            response.setSecret(identity.token());
        }
        return response.build();
    }
}
