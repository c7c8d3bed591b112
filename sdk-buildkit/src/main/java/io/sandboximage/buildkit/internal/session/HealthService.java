package io.sandboximage.buildkit.internal.session;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.sandboximage.buildkit.internal.proto.HealthCheckRequest;
import io.sandboximage.buildkit.internal.proto.HealthCheckResponse;
import io.sandboximage.buildkit.internal.transport.Methods;

/** Tells the daemon that the session lives; without it the session is dropped after seconds. */
final class HealthService {
    private static final MethodDescriptor<HealthCheckRequest, HealthCheckResponse> CHECK = Methods.unary(
            "grpc.health.v1.Health",
            "Check",
            HealthCheckRequest.getDefaultInstance(),
            HealthCheckResponse.getDefaultInstance());
    private static final HealthCheckResponse SERVING = HealthCheckResponse.newBuilder()
            .setStatus(HealthCheckResponse.ServingStatus.SERVING)
            .build();

    private HealthService() {}

    static ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(CHECK, ServerCalls.asyncUnaryCall((request, out) -> {
                    out.onNext(SERVING);
                    out.onCompleted();
                }))
                .build();
    }
}
