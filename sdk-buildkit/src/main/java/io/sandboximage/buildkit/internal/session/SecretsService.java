package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.sandboximage.buildkit.internal.proto.GetSecretRequest;
import io.sandboximage.buildkit.internal.proto.GetSecretResponse;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Secrets by id, read when a step asks for them. */
public final class SecretsService {
    /** What Docker's client allows. */
    private static final int MAX_BYTES = 500 * 1024;

    private static final String NAME = "moby.buildkit.secrets.v1.Secrets";
    private static final MethodDescriptor<GetSecretRequest, GetSecretResponse> GET_SECRET = Methods.unary(
            NAME, "GetSecret", GetSecretRequest.getDefaultInstance(), GetSecretResponse.getDefaultInstance());

    private SecretsService() {}

    public static ServerServiceDefinition definition(
            Map<String, Supplier<byte[]>> secrets, Consumer<SandboxImageException> failures) {
        Map<String, Supplier<byte[]>> known = Map.copyOf(secrets);
        return ServerServiceDefinition.builder(NAME)
                .addMethod(GET_SECRET, ServerCalls.asyncUnaryCall((request, out) -> {
                    Supplier<byte[]> secret = known.get(request.getID());
                    if (secret == null) {
                        out.onError(Status.NOT_FOUND
                                .withDescription("secret " + request.getID() + ": not found")
                                .asRuntimeException());
                        return;
                    }
                    try {
                        out.onNext(GetSecretResponse.newBuilder()
                                .setData(ByteString.copyFrom(read(request.getID(), secret)))
                                .build());
                        out.onCompleted();
                    } catch (SandboxImageException e) {
                        failures.accept(e);
                        out.onError(Status.INVALID_ARGUMENT
                                .withDescription(e.getMessage())
                                .asRuntimeException());
                    }
                }))
                .build();
    }

    private static byte[] read(String id, Supplier<byte[]> secret) {
        byte[] bytes = secret.get();
        if (bytes.length > MAX_BYTES) {
            throw new InvalidRequestException("The secret \"" + id + "\" has " + bytes.length + " bytes, more than the "
                    + MAX_BYTES + " that a build can take");
        }
        return bytes;
    }
}
