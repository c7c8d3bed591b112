package io.sandboximage.depot.internal.client;

import io.sandboximage.depot.internal.proto.compute.ExecuteCommandRequest;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** {@code depot.ci.v1.DepotComputeService}. */
public final class ComputeMethods {
    public static final RpcMethod<ExecuteCommandRequest, ExecuteCommandResponse> EXECUTE = RpcMethod.once(
            "depot.ci.v1.DepotComputeService",
            "RemoteExec",
            ExecuteCommandRequest.getDefaultInstance(),
            ExecuteCommandResponse.getDefaultInstance());

    private ComputeMethods() {}
}
