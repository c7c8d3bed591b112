package io.sandboximage.buildkit.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AgentFramesTest {
    private final AgentFrames frames = new AgentFrames();

    @Test
    void messagesComeWholeFromAnyPieces() throws IOException {
        byte[] large = new byte[5000];
        large[4999] = 7;
        byte[] stream = concat(AgentFrames.frame(new byte[] {11}), AgentFrames.frame(large));

        int seen = 0;
        for (byte b : stream) {
            frames.add(ByteBuffer.wrap(new byte[] {b}));
            byte[] message = frames.next();
            if (message != null) {
                assertThat(message).isEqualTo(seen == 0 ? new byte[] {11} : large);
                seen++;
            }
        }

        assertThat(seen).isEqualTo(2);
    }

    @Test
    void severalMessagesInOnePieceComeOneByOne() throws IOException {
        frames.add(ByteBuffer.wrap(concat(AgentFrames.frame(new byte[] {1}), AgentFrames.frame(new byte[] {2, 3}))));

        assertThat(frames.next()).containsExactly(1);
        assertThat(frames.next()).containsExactly(2, 3);
        assertThat(frames.next()).isNull();
    }

    @Test
    void lengthsThatNoMessageHasAreRefused() {
        frames.add(ByteBuffer.wrap(new byte[] {0x7f, 0, 0, 0}));

        assertThatThrownBy(frames::next).isInstanceOf(IOException.class);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
