package io.sandboximage.depot.internal.client;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.sandbox.AccessRequest;
import io.sandboximage.depot.internal.proto.sandbox.AccessResponse;
import io.sandboximage.depot.internal.proto.sandbox.ChmodRequest;
import io.sandboximage.depot.internal.proto.sandbox.ChmodResponse;
import io.sandboximage.depot.internal.proto.sandbox.ChownRequest;
import io.sandboximage.depot.internal.proto.sandbox.ChownResponse;
import io.sandboximage.depot.internal.proto.sandbox.CopyFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.CopyFileResponse;
import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.DeleteSnapshotRequest;
import io.sandboximage.depot.internal.proto.sandbox.DeleteSnapshotResponse;
import io.sandboximage.depot.internal.proto.sandbox.FileChunk;
import io.sandboximage.depot.internal.proto.sandbox.GetSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.GetSnapshotResponse;
import io.sandboximage.depot.internal.proto.sandbox.KillSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.KillSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesResponse;
import io.sandboximage.depot.internal.proto.sandbox.ListSnapshotsRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSnapshotsResponse;
import io.sandboximage.depot.internal.proto.sandbox.MkdirRequest;
import io.sandboximage.depot.internal.proto.sandbox.MkdirResponse;
import io.sandboximage.depot.internal.proto.sandbox.ReadDirRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadDirResponse;
import io.sandboximage.depot.internal.proto.sandbox.ReadFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadlinkRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadlinkResponse;
import io.sandboximage.depot.internal.proto.sandbox.RemoveRequest;
import io.sandboximage.depot.internal.proto.sandbox.RemoveResponse;
import io.sandboximage.depot.internal.proto.sandbox.RenameRequest;
import io.sandboximage.depot.internal.proto.sandbox.RenameResponse;
import io.sandboximage.depot.internal.proto.sandbox.RunCommandRequest;
import io.sandboximage.depot.internal.proto.sandbox.SandboxCommandExecutionEvent;
import io.sandboximage.depot.internal.proto.sandbox.SandboxRef;
import io.sandboximage.depot.internal.proto.sandbox.SetSandboxTimeoutRequest;
import io.sandboximage.depot.internal.proto.sandbox.SetSandboxTimeoutResponse;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotRef;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.StatRequest;
import io.sandboximage.depot.internal.proto.sandbox.StatResponse;
import io.sandboximage.depot.internal.proto.sandbox.StopSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.StopSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.SymlinkRequest;
import io.sandboximage.depot.internal.proto.sandbox.SymlinkResponse;
import io.sandboximage.depot.internal.proto.sandbox.TruncateRequest;
import io.sandboximage.depot.internal.proto.sandbox.TruncateResponse;
import io.sandboximage.depot.internal.proto.sandbox.WriteFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.WriteFileResponse;
import io.sandboximage.depot.internal.rpc.RpcMethod;

/** {@code depot.sandbox.v1.SandboxService}. Nothing that changes something is tried again by itself. */
public final class SandboxMethods {
    private static final String SERVICE = "depot.sandbox.v1.SandboxService";

    public static final RpcMethod<CreateSandboxRequest, CreateSandboxResponse> CREATE = once(
            "CreateSandbox", CreateSandboxRequest.getDefaultInstance(), CreateSandboxResponse.getDefaultInstance());
    public static final RpcMethod<SandboxRef, GetSandboxResponse> GET =
            reading("GetSandbox", SandboxRef.getDefaultInstance(), GetSandboxResponse.getDefaultInstance());
    public static final RpcMethod<ListSandboxesRequest, ListSandboxesResponse> LIST = reading(
            "ListSandboxes", ListSandboxesRequest.getDefaultInstance(), ListSandboxesResponse.getDefaultInstance());
    public static final RpcMethod<StopSandboxRequest, StopSandboxResponse> STOP =
            once("StopSandbox", StopSandboxRequest.getDefaultInstance(), StopSandboxResponse.getDefaultInstance());
    public static final RpcMethod<KillSandboxRequest, KillSandboxResponse> KILL =
            once("KillSandbox", KillSandboxRequest.getDefaultInstance(), KillSandboxResponse.getDefaultInstance());
    public static final RpcMethod<SetSandboxTimeoutRequest, SetSandboxTimeoutResponse> TIMEOUT = once(
            "SetSandboxTimeout",
            SetSandboxTimeoutRequest.getDefaultInstance(),
            SetSandboxTimeoutResponse.getDefaultInstance());
    public static final RpcMethod<RunCommandRequest, SandboxCommandExecutionEvent> RUN = once(
            "RunCommand", RunCommandRequest.getDefaultInstance(), SandboxCommandExecutionEvent.getDefaultInstance());

    public static final RpcMethod<MkdirRequest, MkdirResponse> MKDIR =
            once("Mkdir", MkdirRequest.getDefaultInstance(), MkdirResponse.getDefaultInstance());
    public static final RpcMethod<StatRequest, StatResponse> STAT =
            reading("Stat", StatRequest.getDefaultInstance(), StatResponse.getDefaultInstance());
    public static final RpcMethod<ReadDirRequest, ReadDirResponse> READ_DIR =
            reading("ReadDir", ReadDirRequest.getDefaultInstance(), ReadDirResponse.getDefaultInstance());
    public static final RpcMethod<RemoveRequest, RemoveResponse> REMOVE =
            once("Remove", RemoveRequest.getDefaultInstance(), RemoveResponse.getDefaultInstance());
    public static final RpcMethod<RenameRequest, RenameResponse> RENAME =
            once("Rename", RenameRequest.getDefaultInstance(), RenameResponse.getDefaultInstance());
    public static final RpcMethod<CopyFileRequest, CopyFileResponse> COPY_FILE =
            once("CopyFile", CopyFileRequest.getDefaultInstance(), CopyFileResponse.getDefaultInstance());
    public static final RpcMethod<TruncateRequest, TruncateResponse> TRUNCATE =
            once("Truncate", TruncateRequest.getDefaultInstance(), TruncateResponse.getDefaultInstance());
    public static final RpcMethod<ChmodRequest, ChmodResponse> CHMOD =
            once("Chmod", ChmodRequest.getDefaultInstance(), ChmodResponse.getDefaultInstance());
    public static final RpcMethod<ChownRequest, ChownResponse> CHOWN =
            once("Chown", ChownRequest.getDefaultInstance(), ChownResponse.getDefaultInstance());
    public static final RpcMethod<SymlinkRequest, SymlinkResponse> SYMLINK =
            once("Symlink", SymlinkRequest.getDefaultInstance(), SymlinkResponse.getDefaultInstance());
    public static final RpcMethod<ReadlinkRequest, ReadlinkResponse> READLINK =
            reading("Readlink", ReadlinkRequest.getDefaultInstance(), ReadlinkResponse.getDefaultInstance());
    public static final RpcMethod<AccessRequest, AccessResponse> ACCESS =
            reading("Access", AccessRequest.getDefaultInstance(), AccessResponse.getDefaultInstance());
    public static final RpcMethod<ReadFileRequest, FileChunk> READ_FILE =
            reading("ReadFile", ReadFileRequest.getDefaultInstance(), FileChunk.getDefaultInstance());
    public static final RpcMethod<WriteFileRequest, WriteFileResponse> WRITE_FILE =
            once("WriteFile", WriteFileRequest.getDefaultInstance(), WriteFileResponse.getDefaultInstance());

    public static final RpcMethod<SnapshotSandboxRequest, SnapshotSandboxResponse> SNAPSHOT = once(
            "SnapshotSandbox",
            SnapshotSandboxRequest.getDefaultInstance(),
            SnapshotSandboxResponse.getDefaultInstance());
    public static final RpcMethod<SnapshotRef, GetSnapshotResponse> GET_SNAPSHOT =
            reading("GetSnapshot", SnapshotRef.getDefaultInstance(), GetSnapshotResponse.getDefaultInstance());
    public static final RpcMethod<ListSnapshotsRequest, ListSnapshotsResponse> LIST_SNAPSHOTS = reading(
            "ListSnapshots", ListSnapshotsRequest.getDefaultInstance(), ListSnapshotsResponse.getDefaultInstance());
    public static final RpcMethod<DeleteSnapshotRequest, DeleteSnapshotResponse> DELETE_SNAPSHOT = once(
            "DeleteSnapshot", DeleteSnapshotRequest.getDefaultInstance(), DeleteSnapshotResponse.getDefaultInstance());

    private SandboxMethods() {}

    private static <Q extends Message, A extends Message> RpcMethod<Q, A> once(String name, Q request, A answer) {
        return RpcMethod.once(SERVICE, name, request, answer);
    }

    private static <Q extends Message, A extends Message> RpcMethod<Q, A> reading(String name, Q request, A answer) {
        return RpcMethod.repeatable(SERVICE, name, request, answer);
    }
}
