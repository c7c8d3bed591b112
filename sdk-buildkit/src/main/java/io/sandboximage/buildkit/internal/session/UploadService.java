package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.BytesMessage;
import io.sandboximage.buildkit.internal.transport.MessageSender;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Streams that the daemon fetches as if by HTTP: a context that is a tar. */
public final class UploadService {
    private static final String NAME = "moby.upload.v1.Upload";
    private static final MethodDescriptor<BytesMessage, BytesMessage> PULL =
            Methods.bidirectional(NAME, "Pull", BytesMessage.getDefaultInstance(), BytesMessage.getDefaultInstance());
    private static final String ADDRESS = "http://buildkit-session/";
    /** Below the 4 MiB that old daemons take. */
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Map<String, Supplier<InputStream>> streams;
    private final Executor executor;
    private final Consumer<SandboxImageException> failures;

    private UploadService(
            Map<String, Supplier<InputStream>> streams, Executor executor, Consumer<SandboxImageException> failures) {
        this.streams = streams;
        this.executor = executor;
        this.failures = failures;
    }

    /** What the daemon is told to fetch. */
    public static String address(String id) {
        return ADDRESS + id;
    }

    /** @param streams by id; opened each time the daemon asks, and closed here */
    public static ServerServiceDefinition definition(
            Map<String, Supplier<InputStream>> streams, Executor executor, Consumer<SandboxImageException> failures) {
        UploadService service = new UploadService(Map.copyOf(streams), executor, failures);
        return RequestHeaders.provideTo(ServerServiceDefinition.builder(NAME)
                .addMethod(PULL, ServerCalls.asyncBidiStreamingCall(service::pull))
                .build());
    }

    private StreamObserver<BytesMessage> pull(StreamObserver<BytesMessage> out) {
        String path = RequestHeaders.current().first("urlpath").orElse("");
        String id = path.substring(path.lastIndexOf('/') + 1);
        MessageSender<BytesMessage> sender = new MessageSender<>((ServerCallStreamObserver<BytesMessage>) out);
        Supplier<InputStream> stream = streams.get(id);
        if (stream == null) {
            sender.fail(Status.NOT_FOUND.withDescription("there is nothing to upload by the name " + id));
        } else {
            executor.execute(() -> send(stream, sender));
        }
        return new Ignoring<>();
    }

    private void send(Supplier<InputStream> stream, MessageSender<BytesMessage> out) {
        byte[] buffer = new byte[CHUNK_BYTES];
        try (InputStream in = stream.get()) {
            for (int n = in.readNBytes(buffer, 0, buffer.length); n > 0; n = in.readNBytes(buffer, 0, buffer.length)) {
                out.send(BytesMessage.newBuilder()
                        .setData(UnsafeByteOperations.unsafeWrap(buffer, 0, n))
                        .build());
            }
            out.complete();
        } catch (IOException e) {
            fail(
                    new StorageException(
                            "Could not read the stream that is the context of the build: " + AtomicFile.reason(e), e),
                    out);
        } catch (SandboxImageException e) {
            fail(e, out);
        } catch (StatusRuntimeException e) {
            out.fail(e.getStatus());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.fail(Status.CANCELLED);
        }
    }

    private void fail(SandboxImageException failure, MessageSender<BytesMessage> out) {
        failures.accept(failure);
        out.fail(Status.ABORTED.withDescription(failure.getMessage()));
    }
}
