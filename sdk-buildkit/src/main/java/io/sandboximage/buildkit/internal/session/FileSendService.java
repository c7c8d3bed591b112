package io.sandboximage.buildkit.internal.session;

import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.filesync.FileReceiver;
import io.sandboximage.buildkit.internal.proto.BytesMessage;
import io.sandboximage.buildkit.internal.proto.Packet;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What exporters send to the client. The one method carries packets or plain bytes, by the exporter. */
public final class FileSendService {
    private static final String NAME = "moby.filesync.v1.FileSend";
    private static final MethodDescriptor<byte[], byte[]> DIFF_COPY = MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "DiffCopy"))
            .setRequestMarshaller(new RawMarshaller())
            .setResponseMarshaller(new RawMarshaller())
            .build();

    private final Map<Integer, ExportReceiver> receivers;
    private final Consumer<SandboxImageException> failures;

    private FileSendService(Map<Integer, ExportReceiver> receivers, Consumer<SandboxImageException> failures) {
        this.receivers = receivers;
        this.failures = failures;
    }

    /**
     * @param receivers by the exporter's place in the solve request
     * @param failures told if something cannot be written
     */
    public static ServerServiceDefinition definition(
            Map<Integer, ExportReceiver> receivers, Consumer<SandboxImageException> failures) {
        FileSendService service = new FileSendService(Map.copyOf(receivers), failures);
        return RequestHeaders.provideTo(ServerServiceDefinition.builder(NAME)
                .addMethod(DIFF_COPY, ServerCalls.asyncBidiStreamingCall(service::diffCopy))
                .build());
    }

    private StreamObserver<byte[]> diffCopy(StreamObserver<byte[]> out) {
        String id = RequestHeaders.current()
                .first("buildkit-attachable-exporter-id")
                .filter(text -> text.matches("[0-9]{1,6}"))
                .orElse("0");
        ExportReceiver receiver = receivers.get(Integer.parseInt(id));
        // A cancel after the end is how some exporters hang up.
        ((ServerCallStreamObserver<byte[]>) out).setOnCancelHandler(() -> {});
        if (receiver instanceof ExportReceiver.Directory directory) {
            return new FilesObserver(directory, out);
        }
        if (receiver instanceof ExportReceiver.Stream stream) {
            return new BytesObserver(stream, out);
        }
        out.onError(Status.NOT_FOUND
                .withDescription("exporter " + id + " has no place on the client")
                .asRuntimeException());
        return new Ignoring<>();
    }

    /** Turns what handlers throw into the end of the call. */
    private abstract class Receiving implements StreamObserver<byte[]> {
        private final StreamObserver<byte[]> out;
        private boolean ended;

        Receiving(StreamObserver<byte[]> out) {
            this.out = out;
        }

        abstract void receive(byte[] message) throws IOException;

        abstract void end() throws IOException;

        abstract void release() throws IOException;

        final void complete() {
            if (!ended) {
                ended = true;
                out.onCompleted();
            }
        }

        final void send(byte[] message) {
            out.onNext(message);
        }

        @Override
        public void onNext(byte[] message) {
            if (!ended) {
                guard(() -> receive(message));
            }
        }

        @Override
        public void onCompleted() {
            if (!ended) {
                guard(this::end);
            }
        }

        @Override
        public void onError(Throwable t) {
            guard(this::release);
            ended = true;
        }

        private void guard(Step step) {
            try {
                step.run();
            } catch (IOException e) {
                fail(new StorageException(
                        "Could not write the build's result: " + AtomicFile.reason(e)
                                + ". Check the free space and the permissions there, or choose another place",
                        e));
            } catch (SandboxImageException e) {
                fail(e);
            }
        }

        private void fail(SandboxImageException failure) {
            failures.accept(failure);
            if (!ended) {
                ended = true;
                out.onError(Status.ABORTED.withDescription(failure.getMessage()).asRuntimeException());
            }
            try {
                release();
            } catch (IOException ignored) {
                // The first failure counts.
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private final class FilesObserver extends Receiving {
        private final ExportReceiver.Directory directory;
        private @Nullable FileReceiver receiver;

        FilesObserver(ExportReceiver.Directory directory, StreamObserver<byte[]> out) {
            super(out);
            this.directory = directory;
        }

        @Override
        void receive(byte[] message) throws IOException {
            FileReceiver files = receiver;
            if (files == null) {
                files = new FileReceiver(directory.path(), packet -> send(packet.toByteArray()), directory.notes());
                receiver = files;
            }
            Packet packet = Packet.parseFrom(message);
            if (packet.getType() == Packet.PacketType.PACKET_FIN) {
                complete(); // Only now: the daemon answers our end, and a call that is gone would be its error.
            } else if (files.accept(packet)) {
                send(Packet.newBuilder()
                        .setType(Packet.PacketType.PACKET_FIN)
                        .build()
                        .toByteArray());
            }
        }

        @Override
        void end() throws IOException {
            release();
            complete();
        }

        @Override
        void release() throws IOException {
            if (receiver != null) {
                receiver.close();
            }
        }
    }

    private final class BytesObserver extends Receiving {
        private final ExportReceiver.Stream target;
        private ExportReceiver.@Nullable Sink sink;

        BytesObserver(ExportReceiver.Stream target, StreamObserver<byte[]> out) {
            super(out);
            this.target = target;
        }

        @Override
        void receive(byte[] message) throws IOException {
            BytesMessage.parseFrom(message).getData().writeTo(sink().stream());
        }

        @Override
        void end() throws IOException {
            sink().commit();
            complete();
        }

        @Override
        void release() throws IOException {
            if (sink != null) {
                sink.close();
            }
        }

        private ExportReceiver.Sink sink() throws IOException {
            ExportReceiver.Sink opened = sink;
            if (opened == null) {
                opened = target.opener().open();
                sink = opened;
            }
            return opened;
        }
    }

    /** Messages as the bytes that they are. */
    private static final class RawMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
