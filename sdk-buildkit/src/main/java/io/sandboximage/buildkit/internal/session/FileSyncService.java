package io.sandboximage.buildkit.internal.session;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.filesync.FileFilter;
import io.sandboximage.buildkit.internal.filesync.FileSender;
import io.sandboximage.buildkit.internal.filesync.MemorySender;
import io.sandboximage.buildkit.internal.proto.Packet;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.SandboxImageException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Local directories by name: the build context, the Dockerfile's directory, named contexts. */
public final class FileSyncService {
    private static final String NAME = "moby.filesync.v1.FileSync";
    private static final MethodDescriptor<Packet, Packet> DIFF_COPY =
            Methods.bidirectional(NAME, "DiffCopy", Packet.getDefaultInstance(), Packet.getDefaultInstance());

    private final Map<String, Path> directories;
    private final Map<String, Map<String, byte[]>> memory;
    private final Executor executor;
    private final Consumer<SandboxImageException> failures;

    private FileSyncService(
            Map<String, Path> directories,
            Map<String, Map<String, byte[]>> memory,
            Executor executor,
            Consumer<SandboxImageException> failures) {
        this.directories = directories;
        this.memory = memory;
        this.executor = executor;
        this.failures = failures;
    }

    /** @param memory directories that are not on disk: contents by file name, not to be changed; they go first */
    public static ServerServiceDefinition definition(
            Map<String, Path> directories,
            Map<String, Map<String, byte[]>> memory,
            Executor executor,
            Consumer<SandboxImageException> failures) {
        FileSyncService service = new FileSyncService(Map.copyOf(directories), Map.copyOf(memory), executor, failures);
        return RequestHeaders.provideTo(ServerServiceDefinition.builder(NAME)
                .addMethod(DIFF_COPY, ServerCalls.asyncBidiStreamingCall(service::diffCopy))
                .build());
    }

    private StreamObserver<Packet> diffCopy(StreamObserver<Packet> out) {
        RequestHeaders headers = RequestHeaders.current();
        String name = headers.first("dir-name").orElse("");
        Map<String, byte[]> files = memory.get(name);
        if (files != null) {
            return MemorySender.start(files, (ServerCallStreamObserver<Packet>) out);
        }
        Path directory = directories.get(name);
        if (directory == null) {
            out.onError(Status.NOT_FOUND
                    .withDescription("no access allowed to dir \"" + name + "\"")
                    .asRuntimeException());
            return new Ignoring<>();
        }
        FileFilter filter = new FileFilter(
                headers.all("include-patterns"), headers.all("exclude-patterns"), headers.all("followpaths"));
        return FileSender.start(directory, filter, (ServerCallStreamObserver<Packet>) out, executor, failures);
    }
}
