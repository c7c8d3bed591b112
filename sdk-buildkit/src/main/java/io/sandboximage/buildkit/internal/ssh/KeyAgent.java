package io.sandboximage.buildkit.internal.ssh;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;

/** An agent in this process, for keys that were read from files. Keeps nothing between messages; thread-safe. */
public final class KeyAgent implements SshAgent {
    private final List<SshKey> keys;

    public KeyAgent(List<SshKey> keys) {
        this.keys = List.copyOf(keys);
    }

    @Override
    public byte[] answer(byte[] request) {
        if (!AgentMessages.allowed(request)) {
            return AgentMessages.refusal();
        }
        return request[0] == AgentMessages.SIGN_REQUEST ? sign(request) : identities();
    }

    @Override
    public void close() {}

    private byte[] identities() {
        SshWire.Writer answer =
                new SshWire.Writer().type(AgentMessages.IDENTITIES_ANSWER).number(keys.size());
        for (SshKey key : keys) {
            answer.string(key.publicBlob()).text(key.comment());
        }
        return answer.bytes();
    }

    private byte[] sign(byte[] request) {
        try {
            ByteBuffer in = ByteBuffer.wrap(request, 1, request.length - 1);
            byte[] blob = SshWire.string(in);
            byte[] data = SshWire.string(in);
            int flags = in.getInt();
            for (SshKey key : keys) {
                if (Arrays.equals(key.publicBlob(), blob)) {
                    return new SshWire.Writer()
                            .type(AgentMessages.SIGN_RESPONSE)
                            .string(key.sign(data, flags))
                            .bytes();
                }
            }
        } catch (BufferUnderflowException | GeneralSecurityException e) {
            // A damaged request, or one for what the key cannot do: the protocol has one answer for all.
        }
        return AgentMessages.refusal();
    }
}
