package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.cli.FinishPushRequest;
import io.sandboximage.depot.internal.proto.cli.FinishPushResponse;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoResponse;
import io.sandboximage.depot.internal.proto.cli.GetPullTokenRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullTokenResponse;
import io.sandboximage.depot.internal.proto.cli.StartPushRequest;
import io.sandboximage.depot.internal.proto.cli.StartPushResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How saved images are got at: the pulls of {@code depot.cli.v1.BuildService}, and {@code PushService}. */
final class PullEndpoint {
    private static final String PUSH = "depot.cli.v1.PushService/";

    private final EmulatorState state;

    PullEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                BuildEndpoint.SERVICE + "GetPullInfo",
                Procedure.unary(GetPullInfoRequest.getDefaultInstance(), this::info));
        procedures.put(
                BuildEndpoint.SERVICE + "GetPullToken",
                Procedure.unary(GetPullTokenRequest.getDefaultInstance(), this::token));
        procedures.put(PUSH + "StartPush", Procedure.unary(StartPushRequest.getDefaultInstance(), this::start));
        procedures.put(PUSH + "FinishPush", Procedure.unary(FinishPushRequest.getDefaultInstance(), this::finish));
    }

    private Message info(DepotCall call, GetPullInfoRequest request) {
        EmulatedBuild build = state.build(call, request.getBuildId());
        DepotBackingRegistry registry = registry();
        return GetPullInfoResponse.newBuilder()
                .setReference(registry.host() + "/" + build.projectId + ":" + build.id)
                .setUsername(registry.user())
                .setPassword(registry.password())
                .addAllOptions(build.options)
                .setRegistryHost(registry.host())
                .build();
    }

    private Message token(DepotCall call, GetPullTokenRequest request) {
        if (request.getBuildId().isEmpty()) {
            state.project(call, request.getProjectId());
        } else {
            state.build(call, request.getBuildId());
        }
        return GetPullTokenResponse.newBuilder()
                .setToken(registry().password())
                .setRegistryHost(registry().host())
                .build();
    }

    private Message start(DepotCall call, StartPushRequest request) {
        state.build(call, request.getBuildId());
        return StartPushResponse.newBuilder().setPushId(state.nextId("push")).build();
    }

    private Message finish(DepotCall call, FinishPushRequest request) {
        state.build(call, request.getBuildId());
        state.pushes.add(request.hasError() ? "error: " + request.getError() : "success");
        return FinishPushResponse.getDefaultInstance();
    }

    private DepotBackingRegistry registry() {
        @Nullable DepotBackingRegistry registry = state.registry;
        return registry == null
                ? new DepotBackingRegistry("registry.depot.example.com", "x-token", "pull-token")
                : registry;
    }
}
