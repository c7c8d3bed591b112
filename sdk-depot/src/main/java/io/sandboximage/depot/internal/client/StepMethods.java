package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.build.GetBuildStepLogsRequest;
import io.sandboximage.depot.internal.proto.build.GetBuildStepLogsResponse;
import io.sandboximage.depot.internal.proto.build.GetBuildStepsRequest;
import io.sandboximage.depot.internal.proto.build.GetBuildStepsResponse;
import io.sandboximage.depot.internal.proto.core.GetBuildRequest;
import io.sandboximage.depot.internal.proto.core.GetBuildResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** What Depot remembers of builds: {@code depot.core.v1.BuildService} and {@code depot.build.v1.BuildService}. */
public final class StepMethods {
    private static final String CORE = "depot.core.v1.BuildService";
    private static final String BUILD = "depot.build.v1.BuildService";

    public static final RpcMethod<GetBuildRequest, GetBuildResponse> STATUS = RpcMethod.repeatable(
            CORE, "GetBuild", GetBuildRequest.getDefaultInstance(), GetBuildResponse.getDefaultInstance());
    public static final RpcMethod<GetBuildStepsRequest, GetBuildStepsResponse> STEPS = RpcMethod.repeatable(
            BUILD,
            "GetBuildSteps",
            GetBuildStepsRequest.getDefaultInstance(),
            GetBuildStepsResponse.getDefaultInstance());
    public static final RpcMethod<GetBuildStepLogsRequest, GetBuildStepLogsResponse> LOGS = RpcMethod.repeatable(
            BUILD,
            "GetBuildStepLogs",
            GetBuildStepLogsRequest.getDefaultInstance(),
            GetBuildStepLogsResponse.getDefaultInstance());

    private StepMethods() {}
}
