package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.ContentInfo;
import io.sandboximage.buildkit.internal.proto.ContentInfoRequest;
import io.sandboximage.buildkit.internal.proto.ContentInfoResponse;
import io.sandboximage.buildkit.internal.proto.ContentStatusRequest;
import io.sandboximage.buildkit.internal.proto.ContentStatusResponse;
import io.sandboximage.buildkit.internal.proto.ReadContentRequest;
import io.sandboximage.buildkit.internal.proto.ReadContentResponse;
import io.sandboximage.buildkit.internal.proto.WriteContentRequest;
import io.sandboximage.buildkit.internal.proto.WriteContentResponse;
import io.sandboximage.buildkit.internal.transport.MessageSender;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Blob stores on the client's side, OCI layouts: contexts and caches are read from them, images and caches written to them. */
public final class ContentService {
    private static final String NAME = "containerd.services.content.v1.Content";
    private static final MethodDescriptor<ContentInfoRequest, ContentInfoResponse> INFO = Methods.unary(
            NAME, "Info", ContentInfoRequest.getDefaultInstance(), ContentInfoResponse.getDefaultInstance());
    private static final MethodDescriptor<ReadContentRequest, ReadContentResponse> READ = Methods.serverStreaming(
            NAME, "Read", ReadContentRequest.getDefaultInstance(), ReadContentResponse.getDefaultInstance());
    private static final MethodDescriptor<ContentStatusRequest, ContentStatusResponse> STATUS = Methods.unary(
            NAME, "Status", ContentStatusRequest.getDefaultInstance(), ContentStatusResponse.getDefaultInstance());
    private static final MethodDescriptor<WriteContentRequest, WriteContentResponse> WRITE = Methods.bidirectional(
            NAME, "Write", WriteContentRequest.getDefaultInstance(), WriteContentResponse.getDefaultInstance());
    private static final int CHUNK_BYTES = 256 * 1024;

    private final Map<String, BlobDirectory> stores;
    private final Executor executor;
    private final Consumer<SandboxImageException> failures;

    private ContentService(
            Map<String, BlobDirectory> stores, Executor executor, Consumer<SandboxImageException> failures) {
        this.stores = stores;
        this.executor = executor;
        this.failures = failures;
    }

    /** @param stores by the id that the daemon asks with: {@code oci:NAME}, {@code local:NAME}, {@code export} */
    public static ServerServiceDefinition definition(
            Map<String, BlobDirectory> stores, Executor executor, Consumer<SandboxImageException> failures) {
        ContentService service = new ContentService(Map.copyOf(stores), executor, failures);
        return RequestHeaders.provideTo(ServerServiceDefinition.builder(NAME)
                .addMethod(INFO, ServerCalls.asyncUnaryCall(service::info))
                .addMethod(READ, ServerCalls.asyncServerStreamingCall(service::read))
                .addMethod(STATUS, ServerCalls.asyncUnaryCall(service::status))
                .addMethod(WRITE, ServerCalls.asyncBidiStreamingCall(service::write))
                .build());
    }

    private void info(ContentInfoRequest request, StreamObserver<ContentInfoResponse> out) {
        try {
            Path file = file(request.getDigest());
            out.onNext(ContentInfoResponse.newBuilder()
                    .setInfo(ContentInfo.newBuilder()
                            .setDigest(request.getDigest())
                            .setSize(Files.size(file)))
                    .build());
            out.onCompleted();
        } catch (IOException e) {
            out.onError(Status.UNAVAILABLE.withDescription(AtomicFile.reason(e)).asRuntimeException());
        } catch (StatusRuntimeException e) {
            out.onError(e);
        }
    }

    private void read(ReadContentRequest request, StreamObserver<ReadContentResponse> out) {
        MessageSender<ReadContentResponse> sender =
                new MessageSender<>((ServerCallStreamObserver<ReadContentResponse>) out);
        Path file;
        try {
            file = file(request.getDigest());
        } catch (StatusRuntimeException e) {
            sender.fail(e.getStatus());
            return;
        }
        executor.execute(() -> {
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                send(in, request, sender);
                sender.complete();
            } catch (IOException e) {
                failures.accept(new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e));
                sender.fail(Status.UNAVAILABLE.withDescription(AtomicFile.reason(e)));
            } catch (StatusRuntimeException e) {
                sender.fail(e.getStatus());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                sender.fail(Status.CANCELLED);
            }
        });
    }

    private static void send(FileChannel in, ReadContentRequest request, MessageSender<ReadContentResponse> out)
            throws IOException, InterruptedException {
        long size = in.size();
        long position = request.getOffset();
        if (position < 0 || position > size) {
            throw Status.OUT_OF_RANGE
                    .withDescription("offset " + position + " of " + size)
                    .asRuntimeException();
        }
        long end = request.getSize() <= 0 ? size : Math.min(size, position + request.getSize());
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
        while (position < end) {
            buffer.clear().limit((int) Math.min(CHUNK_BYTES, end - position));
            int n = in.read(buffer, position);
            if (n < 0) {
                throw Status.DATA_LOSS
                        .withDescription("the file became shorter")
                        .asRuntimeException();
            }
            out.send(ReadContentResponse.newBuilder()
                    .setOffset(position)
                    .setData(UnsafeByteOperations.unsafeWrap(buffer.array(), 0, n))
                    .build());
            position += n;
        }
    }

    /** No unfinished write outlives its call, so there is never a status. */
    private void status(ContentStatusRequest request, StreamObserver<ContentStatusResponse> out) {
        out.onError(Status.NOT_FOUND
                .withDescription("ref " + request.getRef() + ": not found")
                .asRuntimeException());
    }

    private StreamObserver<WriteContentRequest> write(StreamObserver<WriteContentResponse> out) {
        ((ServerCallStreamObserver<WriteContentResponse>) out).setOnCancelHandler(() -> {});
        try {
            return new Writing(store(), out);
        } catch (StatusRuntimeException e) {
            out.onError(e);
            return new Ignoring<>();
        }
    }

    private BlobDirectory store() {
        String id =
                RequestHeaders.current().first("buildkit-attachable-store-id").orElse("");
        BlobDirectory store = stores.get(id);
        if (store == null) {
            throw Status.NOT_FOUND
                    .withDescription("store " + id + ": not found")
                    .asRuntimeException();
        }
        return store;
    }

    private Path file(String digest) {
        BlobDirectory store = store();
        try {
            Path file = store.path(Digest.parse(digest));
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return file;
            }
        } catch (InvalidContentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
        throw Status.NOT_FOUND
                .withDescription("content " + digest + ": not found")
                .asRuntimeException();
    }

    /** One blob on its way in: STAT, then WRITE and answer by turns, then COMMIT. */
    private final class Writing implements StreamObserver<WriteContentRequest> {
        private final BlobDirectory store;
        private final StreamObserver<WriteContentResponse> out;
        private @Nullable BlobWriter writer;
        private boolean ended;

        Writing(BlobDirectory store, StreamObserver<WriteContentResponse> out) {
            this.store = store;
            this.out = out;
        }

        @Override
        public void onNext(WriteContentRequest request) {
            if (ended) {
                return;
            }
            try {
                answer(request);
            } catch (StatusRuntimeException e) {
                end(e);
            } catch (IOException e) {
                failures.accept(AtomicFile.failed(store.root(), e));
                end(Status.UNAVAILABLE.withDescription(AtomicFile.reason(e)).asRuntimeException());
            } catch (SandboxImageException e) {
                failures.accept(e);
                end(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
            }
        }

        private void answer(WriteContentRequest request) throws IOException {
            BlobWriter blob = writer;
            if (blob == null) {
                blob = BlobWriter.begin(store, request.getExpected(), request.getTotal());
                writer = blob;
            }
            ByteString data = request.getData();
            if (!data.isEmpty()) {
                blob.write(request.getOffset(), data);
            }
            WriteContentResponse.Builder response = WriteContentResponse.newBuilder()
                    .setAction(request.getAction())
                    .setOffset(blob.offset())
                    .setTotal(request.getTotal());
            switch (request.getAction()) {
                case COMMIT ->
                    response.setDigest(blob.commit(request.getExpected(), request.getTotal())
                            .toString());
                default -> {}
            }
            out.onNext(response.build());
        }

        @Override
        public void onError(Throwable t) {
            close();
        }

        @Override
        public void onCompleted() {
            close();
            if (!ended) {
                ended = true;
                out.onCompleted();
            }
        }

        private void end(StatusRuntimeException failure) {
            ended = true;
            close();
            out.onError(failure);
        }

        private void close() {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
