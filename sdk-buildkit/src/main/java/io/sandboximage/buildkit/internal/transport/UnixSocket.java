package io.sandboximage.buildkit.internal.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A unix domain socket as a {@link java.net.Socket}. The channel is read and written directly: on JDK 17 the streams of
 * {@link java.nio.channels.Channels} share one lock, and a read that waits then blocks every write.
 */
public final class UnixSocket extends StreamSocket {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    private UnixSocket(SocketChannel channel) {
        this.channel = channel;
        this.in = new ChannelInput(channel);
        this.out = new ChannelOutput(channel);
    }

    public static UnixSocket connect(Path path) throws IOException {
        return new UnixSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    /** Ends what the other side reads; what it still writes can be read. */
    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    protected void closeStreams() throws IOException {
        channel.close();
    }

    /** One reader at a time. */
    private static final class ChannelInput extends InputStream {
        private final SocketChannel channel;
        private final ByteBuffer buffer =
                ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

        ChannelInput(SocketChannel channel) {
            this.channel = channel;
        }

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
            if (!buffer.hasRemaining()) {
                buffer.clear();
                int n = channel.read(buffer);
                buffer.flip();
                if (n < 0) {
                    return -1;
                }
            }
            int n = Math.min(length, buffer.remaining());
            buffer.get(bytes, offset, n);
            return n;
        }

        @Override
        public int available() {
            return buffer.remaining();
        }
    }

    /** One writer at a time. */
    private static final class ChannelOutput extends OutputStream {
        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

        ChannelOutput(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            int done = 0;
            while (done < length) {
                int n = Math.min(buffer.capacity(), length - done);
                buffer.clear().put(bytes, offset + done, n).flip();
                while (buffer.hasRemaining()) {
                    if (channel.write(buffer) < 0) {
                        throw new EOFException("The socket is closed");
                    }
                }
                done += n;
            }
        }
    }
}
