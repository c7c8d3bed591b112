package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.sandbox.DeleteSnapshotRequest;
import io.sandboximage.depot.internal.proto.sandbox.DeleteSnapshotResponse;
import io.sandboximage.depot.internal.proto.sandbox.GetSnapshotResponse;
import io.sandboximage.depot.internal.proto.sandbox.ListSnapshotsRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSnapshotsResponse;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotRef;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotSandboxResponse;
import java.util.Map;
import java.util.Optional;

/** {@code depot.sandbox.v1.SandboxService}: snapshots of sandboxes. */
final class SandboxSnapshotEndpoint {
    private static final String SERVICE = SandboxEndpoint.SERVICE;

    private final EmulatorState state;

    SandboxSnapshotEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                SERVICE + "SnapshotSandbox", Procedure.unary(SnapshotSandboxRequest.getDefaultInstance(), this::take));
        procedures.put(SERVICE + "GetSnapshot", Procedure.unary(SnapshotRef.getDefaultInstance(), this::get));
        procedures.put(
                SERVICE + "ListSnapshots", Procedure.unary(ListSnapshotsRequest.getDefaultInstance(), this::list));
        procedures.put(
                SERVICE + "DeleteSnapshot", Procedure.unary(DeleteSnapshotRequest.getDefaultInstance(), this::delete));
    }

    private Message take(DepotCall call, SnapshotSandboxRequest request) {
        DepotSandboxHost host = state.sandboxes(call);
        SandboxCapture capture = host.capture(
                host.find(request.getSandbox().getId()),
                request.hasName() ? Optional.of(request.getName()) : Optional.empty());
        return SnapshotSandboxResponse.newBuilder()
                .setSnapshot(capture.describe())
                .build();
    }

    private Message get(DepotCall call, SnapshotRef request) {
        SandboxCapture capture = state.sandboxes(call).capture(request.getId());
        capture.look();
        return GetSnapshotResponse.newBuilder().setSnapshot(capture.describe()).build();
    }

    private Message list(DepotCall call, ListSnapshotsRequest request) {
        String sandbox = request.getFilter().getSourceSandbox().getId();
        ListSnapshotsResponse.Builder answer = ListSnapshotsResponse.newBuilder();
        state.sandboxes(call).captures().stream()
                .filter(capture -> sandbox.isEmpty() || capture.sandbox().equals(sandbox))
                .forEach(capture -> answer.addSnapshots(capture.describe()));
        return answer.build();
    }

    private Message delete(DepotCall call, DeleteSnapshotRequest request) {
        DepotSandboxHost host = state.sandboxes(call);
        SandboxCapture capture = host.capture(request.getSnapshot().getId());
        if (capture.capturing()) {
            throw new RpcFault("failed_precondition", "snapshot is being captured");
        }
        host.remove(capture);
        return DeleteSnapshotResponse.getDefaultInstance();
    }
}
