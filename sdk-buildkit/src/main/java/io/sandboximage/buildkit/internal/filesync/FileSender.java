package io.sandboximage.buildkit.internal.filesync;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.Packet;
import io.sandboximage.buildkit.internal.proto.Packet.PacketType;
import io.sandboximage.buildkit.internal.transport.MessageSender;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a directory to the daemon: first what there is, then the bytes that the daemon asks for.
 *
 * <pre>
 *   we      STAT STAT … STAT(empty)          DATA(id)* DATA(id, empty) …           FIN
 *   daemon              REQ(id) REQ(id) …                               FIN
 * </pre>
 *
 * An id is the place in the list. Listing and sending overlap, and a few threads send so that opening small files does not hold
 * up the stream.
 */
public final class FileSender implements StreamObserver<Packet> {
    private static final int CHUNK_BYTES = 128 * 1024;
    private static final int MAX_THREADS = 3;
    /** In the queue: no more requests will come. */
    private static final Requested END = new Requested(-1, Path.of(""));

    private final Consumer<SandboxImageException> failures;
    private final Path root;
    private final FileFilter filter;
    private final MessageSender<Packet> out;
    private final Executor executor;
    private final Map<Integer, Path> files = new HashMap<>();
    private final BlockingQueue<Requested> requests = new LinkedBlockingQueue<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    private FileSender(
            Path root,
            FileFilter filter,
            MessageSender<Packet> out,
            Executor executor,
            Consumer<SandboxImageException> failures) {
        this.failures = failures;
        this.root = root;
        this.filter = filter;
        this.out = out;
        this.executor = executor;
    }

    private record Requested(int id, Path file) {}

    /**
     * Begins to send; call it from the method that handles the call.
     *
     * @param failures told if something cannot be read, in better words than the daemon can hand back
     */
    public static StreamObserver<Packet> start(
            Path root,
            FileFilter filter,
            ServerCallStreamObserver<Packet> out,
            Executor executor,
            Consumer<SandboxImageException> failures) {
        FileSender sender = new FileSender(root, filter, new MessageSender<>(out), executor, failures);
        executor.execute(sender::list);
        return sender;
    }

    @Override
    public void onNext(Packet packet) {
        switch (packet.getType()) {
            case PACKET_REQ -> request(packet.getID());
            case PACKET_FIN -> finish();
            case PACKET_ERR ->
                stop(Status.ABORTED.withDescription("The daemon could not take the files: "
                        + packet.getData().toStringUtf8()));
            default -> stop(Status.INVALID_ARGUMENT.withDescription("Unexpected packet " + packet.getType()));
        }
    }

    @Override
    public void onError(Throwable t) {
        requests.add(END);
    }

    @Override
    public void onCompleted() {
        requests.add(END);
        out.complete();
    }

    private void list() {
        try {
            AtomicInteger ids = new AtomicInteger();
            ContextWalk.walk(root, filter, (path, stat) -> {
                int id = ids.getAndIncrement();
                if (FileMode.isRegular(stat.getMode())) {
                    synchronized (files) {
                        files.put(id, path);
                    }
                }
                out.send(Packet.newBuilder()
                        .setType(PacketType.PACKET_STAT)
                        .setStat(stat)
                        .build());
            });
            out.send(Packet.newBuilder().setType(PacketType.PACKET_STAT).build());
        } catch (IOException e) {
            error(unreadable(root, e));
        } catch (SandboxImageException e) {
            error(e);
        } catch (StatusRuntimeException e) {
            requests.add(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(Status.CANCELLED.withDescription("The build was cancelled"));
        }
    }

    private void request(int id) {
        @Nullable Path file;
        synchronized (files) {
            file = files.remove(id);
        }
        if (file == null) {
            stop(Status.INVALID_ARGUMENT.withDescription(
                    "The daemon asked for the file " + id + ", which it was not told of"));
            return;
        }
        requests.add(new Requested(id, file));
        if (waiting.get() == 0 && threads.get() < MAX_THREADS) {
            threads.incrementAndGet();
            executor.execute(this::sendFiles);
        }
    }

    private void sendFiles() {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            while (true) {
                waiting.incrementAndGet();
                Requested next = requests.take();
                waiting.decrementAndGet();
                if (next.id == END.id) {
                    requests.add(END); // For the next thread.
                    return;
                }
                send(next, buffer);
            }
        } catch (StatusRuntimeException e) {
            requests.add(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stop(Status.CANCELLED.withDescription("The build was cancelled"));
        }
    }

    /** A file that cannot be read is sent as far as it goes: the daemon notices where it matters. */
    private void send(Requested request, byte[] buffer) throws InterruptedException {
        try (FileChannel in = FileChannel.open(request.file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer);
            while (in.read(bytes) >= 0) {
                if (!bytes.hasRemaining()) {
                    data(request.id, buffer, bytes.position());
                    bytes.clear();
                }
            }
            if (bytes.position() > 0) {
                data(request.id, buffer, bytes.position());
            }
        } catch (NoSuchFileException e) {
            // Deleted meanwhile: an empty file, as Docker's client has it.
        } catch (IOException e) {
            if (!isSocket(request.file)) {
                error(unreadable(request.file, e));
                return;
            }
        }
        out.send(Packet.newBuilder()
                .setType(PacketType.PACKET_DATA)
                .setID(request.id)
                .build());
    }

    /** It was listed as an empty file. Pipes and devices, which are as odd, are never asked for. */
    private static boolean isSocket(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        } catch (IOException e) {
            return false;
        }
    }

    private void data(int id, byte[] buffer, int length) throws InterruptedException {
        ByteString data = UnsafeByteOperations.unsafeWrap(buffer, 0, length);
        out.send(Packet.newBuilder()
                .setType(PacketType.PACKET_DATA)
                .setID(id)
                .setData(data)
                .build());
    }

    private void finish() {
        requests.add(END);
        out.sendNow(Packet.newBuilder().setType(PacketType.PACKET_FIN).build());
        out.complete();
    }

    private static StorageException unreadable(Path path, IOException cause) {
        return new StorageException(
                "Could not read " + path + " for the build: " + AtomicFile.reason(cause)
                        + ". Make it readable, or exclude it in the ignore file of the context",
                cause);
    }

    private void error(SandboxImageException failure) {
        failures.accept(failure);
        String message = String.valueOf(failure.getMessage());
        out.sendNow(Packet.newBuilder()
                .setType(PacketType.PACKET_ERR)
                .setData(ByteString.copyFromUtf8(message))
                .build());
        stop(Status.ABORTED.withDescription(message));
    }

    private void stop(Status status) {
        requests.add(END);
        out.fail(status);
    }
}
