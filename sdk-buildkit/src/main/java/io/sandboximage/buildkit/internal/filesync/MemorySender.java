package io.sandboximage.buildkit.internal.filesync;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.Packet;
import io.sandboximage.buildkit.internal.proto.Packet.PacketType;
import io.sandboximage.buildkit.internal.proto.Stat;
import io.sandboximage.buildkit.internal.transport.MessageSender;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Sends a few small files that are in no directory, a Dockerfile above all, by the protocol of {@link FileSender}. */
public final class MemorySender implements StreamObserver<Packet> {
    private static final int MODE = 0644;

    private final MessageSender<Packet> out;
    private final List<byte[]> contents;

    private MemorySender(MessageSender<Packet> out, List<byte[]> contents) {
        this.out = out;
        this.contents = contents;
    }

    /** Begins to send; call it from the method that handles the call. */
    public static StreamObserver<Packet> start(Map<String, byte[]> files, ServerCallStreamObserver<Packet> out) {
        TreeMap<String, byte[]> sorted = new TreeMap<>(files);
        MemorySender sender = new MemorySender(new MessageSender<>(out), List.copyOf(sorted.values()));
        // A time of its own for each sending: the daemon must not take it for what it got before under the same name.
        long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        sorted.forEach((name, content) -> sender.out.sendNow(Packet.newBuilder()
                .setType(PacketType.PACKET_STAT)
                .setStat(Stat.newBuilder()
                        .setPath(ByteString.copyFromUtf8(name))
                        .setMode(MODE)
                        .setSize(content.length)
                        .setModTime(now))
                .build()));
        sender.out.sendNow(Packet.newBuilder().setType(PacketType.PACKET_STAT).build());
        return sender;
    }

    @Override
    public void onNext(Packet packet) {
        switch (packet.getType()) {
            case PACKET_REQ -> send(packet.getID());
            case PACKET_FIN -> {
                out.sendNow(Packet.newBuilder().setType(PacketType.PACKET_FIN).build());
                out.complete();
            }
            default -> out.fail(Status.INVALID_ARGUMENT.withDescription("Unexpected packet " + packet.getType()));
        }
    }

    @Override
    public void onError(Throwable t) {
        // The call is over, and nothing is held for it.
    }

    @Override
    public void onCompleted() {
        out.complete();
    }

    private void send(int id) {
        if (id < 0 || id >= contents.size()) {
            out.fail(Status.INVALID_ARGUMENT.withDescription(
                    "The daemon asked for the file " + id + ", which it was not told of"));
            return;
        }
        byte[] content = contents.get(id);
        if (content.length > 0) {
            out.sendNow(Packet.newBuilder()
                    .setType(PacketType.PACKET_DATA)
                    .setID(id)
                    .setData(UnsafeByteOperations.unsafeWrap(content))
                    .build());
        }
        out.sendNow(
                Packet.newBuilder().setType(PacketType.PACKET_DATA).setID(id).build());
    }
}
