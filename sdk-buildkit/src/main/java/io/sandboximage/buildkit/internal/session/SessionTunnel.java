package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.sandboximage.buildkit.internal.proto.BytesMessage;
import io.sandboximage.buildkit.internal.transport.ControlMethods;
import io.sandboximage.buildkit.internal.transport.HeardSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The byte stream inside a Control.Session call, as a socket: message boundaries mean nothing. The daemon speaks first, as an
 * HTTP/2 client.
 */
final class SessionTunnel extends HeardSocket {
    /** Messages that may lie unread: bounds memory, and stops the daemon when nobody reads. */
    private static final int WINDOW_MESSAGES = 16;
    /** Below the 4 MiB that old daemons take, and large enough for little overhead. */
    private static final int BUFFER_BYTES = 128 * 1024;

    private final ClientCall<BytesMessage, BytesMessage> call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<ByteString> received = new ArrayDeque<>();
    private final InputStream in = new TunnelInput();
    private final OutputStream out = new TunnelOutput();
    private @Nullable Status end;

    private SessionTunnel(ClientCall<BytesMessage, BytesMessage> call) {
        this.call = call;
    }

    static SessionTunnel open(Channel channel, Metadata headers) {
        ClientCall<BytesMessage, BytesMessage> call =
                channel.newCall(ControlMethods.SESSION, CallOptions.DEFAULT.withOnReadyThreshold(1024 * 1024));
        SessionTunnel tunnel = new SessionTunnel(call);
        call.start(tunnel.new Listener(), headers);
        call.request(WINDOW_MESSAGES);
        return tunnel;
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    protected void closeStreams() {
        lock.lock();
        try {
            if (end == null) {
                end = Status.CANCELLED;
                call.halfClose();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        // The daemon drops a session whose tunnel is half closed; the cancel frees ours if it does not.
        call.cancel("session closed", null);
    }

    private final class Listener extends ClientCall.Listener<BytesMessage> {
        @Override
        public void onMessage(BytesMessage message) {
            heard();
            lock.lock();
            try {
                received.add(message.getData());
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onReady() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            lock.lock();
            try {
                if (end == null) {
                    end = status;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private final class TunnelInput extends InputStream {
        private ByteBuffer current = ByteBuffer.allocate(0);

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            while (!current.hasRemaining()) {
                ByteString next = take();
                if (next == null) {
                    return -1;
                }
                current = next.asReadOnlyByteBuffer();
                call.request(1);
            }
            int n = Math.min(length, current.remaining());
            current.get(bytes, offset, n);
            return n;
        }

        private @Nullable ByteString take() throws IOException {
            lock.lock();
            try {
                while (received.isEmpty() && end == null) {
                    changed.await();
                }
                return received.poll();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted while reading from the session");
            } finally {
                lock.unlock();
            }
        }
    }

    /** For one thread: gRPC's writer. */
    private final class TunnelOutput extends OutputStream {
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            int done = 0;
            while (done < length) {
                int n = Math.min(buffer.length - filled, length - done);
                System.arraycopy(bytes, offset + done, buffer, filled, n);
                filled += n;
                done += n;
                if (filled == buffer.length) {
                    flush();
                }
            }
        }

        @Override
        public void flush() throws IOException {
            if (filled == 0) {
                return;
            }
            lock.lock();
            try {
                while (end == null && !call.isReady()) {
                    changed.await();
                }
                if (end != null) {
                    throw new IOException("The session has ended: " + end);
                }
                // Framed before the call returns, so the buffer is free again.
                call.sendMessage(BytesMessage.newBuilder()
                        .setData(UnsafeByteOperations.unsafeWrap(buffer, 0, filled))
                        .build());
                filled = 0;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted while writing to the session");
            } finally {
                lock.unlock();
            }
        }
    }
}
