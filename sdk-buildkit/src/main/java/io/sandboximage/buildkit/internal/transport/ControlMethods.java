package io.sandboximage.buildkit.internal.transport;

import com.google.protobuf.Empty;
import io.grpc.MethodDescriptor;
import io.sandboximage.buildkit.internal.proto.BuildHistoryEvent;
import io.sandboximage.buildkit.internal.proto.BuildHistoryRequest;
import io.sandboximage.buildkit.internal.proto.BytesMessage;
import io.sandboximage.buildkit.internal.proto.DeleteLeaseRequest;
import io.sandboximage.buildkit.internal.proto.DiskUsageRequest;
import io.sandboximage.buildkit.internal.proto.DiskUsageResponse;
import io.sandboximage.buildkit.internal.proto.InfoRequest;
import io.sandboximage.buildkit.internal.proto.InfoResponse;
import io.sandboximage.buildkit.internal.proto.ListWorkersRequest;
import io.sandboximage.buildkit.internal.proto.ListWorkersResponse;
import io.sandboximage.buildkit.internal.proto.PruneRequest;
import io.sandboximage.buildkit.internal.proto.SolveRequest;
import io.sandboximage.buildkit.internal.proto.SolveResponse;
import io.sandboximage.buildkit.internal.proto.StatusRequest;
import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.buildkit.internal.proto.UpdateBuildHistoryRequest;
import io.sandboximage.buildkit.internal.proto.UpdateBuildHistoryResponse;
import io.sandboximage.buildkit.internal.proto.UsageRecord;

/** The daemon's control service, and its leases. */
public final class ControlMethods {
    private static final String CONTROL = "moby.buildkit.v1.Control";

    public static final MethodDescriptor<SolveRequest, SolveResponse> SOLVE =
            Methods.unary(CONTROL, "Solve", SolveRequest.getDefaultInstance(), SolveResponse.getDefaultInstance());
    public static final MethodDescriptor<StatusRequest, StatusResponse> STATUS = Methods.serverStreaming(
            CONTROL, "Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());
    public static final MethodDescriptor<BytesMessage, BytesMessage> SESSION = Methods.bidirectional(
            CONTROL, "Session", BytesMessage.getDefaultInstance(), BytesMessage.getDefaultInstance());
    public static final MethodDescriptor<InfoRequest, InfoResponse> INFO =
            Methods.unary(CONTROL, "Info", InfoRequest.getDefaultInstance(), InfoResponse.getDefaultInstance());
    public static final MethodDescriptor<ListWorkersRequest, ListWorkersResponse> LIST_WORKERS = Methods.unary(
            CONTROL, "ListWorkers", ListWorkersRequest.getDefaultInstance(), ListWorkersResponse.getDefaultInstance());
    public static final MethodDescriptor<DiskUsageRequest, DiskUsageResponse> DISK_USAGE = Methods.unary(
            CONTROL, "DiskUsage", DiskUsageRequest.getDefaultInstance(), DiskUsageResponse.getDefaultInstance());
    public static final MethodDescriptor<PruneRequest, UsageRecord> PRUNE = Methods.serverStreaming(
            CONTROL, "Prune", PruneRequest.getDefaultInstance(), UsageRecord.getDefaultInstance());

    public static final MethodDescriptor<BuildHistoryRequest, BuildHistoryEvent> LISTEN_BUILD_HISTORY =
            Methods.serverStreaming(
                    CONTROL,
                    "ListenBuildHistory",
                    BuildHistoryRequest.getDefaultInstance(),
                    BuildHistoryEvent.getDefaultInstance());
    public static final MethodDescriptor<UpdateBuildHistoryRequest, UpdateBuildHistoryResponse> UPDATE_BUILD_HISTORY =
            Methods.unary(
                    CONTROL,
                    "UpdateBuildHistory",
                    UpdateBuildHistoryRequest.getDefaultInstance(),
                    UpdateBuildHistoryResponse.getDefaultInstance());

    public static final MethodDescriptor<DeleteLeaseRequest, Empty> DELETE_LEASE = Methods.unary(
            "containerd.services.leases.v1.Leases",
            "Delete",
            DeleteLeaseRequest.getDefaultInstance(),
            Empty.getDefaultInstance());

    private ControlMethods() {}
}
