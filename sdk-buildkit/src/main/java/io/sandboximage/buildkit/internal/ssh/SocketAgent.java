package io.sandboximage.buildkit.internal.ssh;

import io.sandboximage.buildkit.internal.transport.UnixSocket;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A real agent behind its unix socket, of which builds see only the keys and signatures. */
public final class SocketAgent implements SshAgent {
    private final UnixSocket socket;
    private final DataInputStream in;

    private SocketAgent(UnixSocket socket) {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    public static SocketAgent connect(Path path) throws IOException {
        return new SocketAgent(UnixSocket.connect(path));
    }

    @Override
    public byte[] answer(byte[] request) throws IOException {
        if (!AgentMessages.allowed(request)) {
            return AgentMessages.refusal();
        }
        ByteBuffer message = ByteBuffer.allocate(Integer.BYTES + request.length);
        message.putInt(request.length).put(request);
        socket.getOutputStream().write(message.array());
        int length = in.readInt();
        if (length < 0 || length > AgentMessages.MAX_BYTES) {
            throw new IOException("the agent's answer is said to have " + length + " bytes");
        }
        byte[] answer = new byte[length];
        in.readFully(answer);
        return answer;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
