package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.FileChunk;
import io.sandboximage.depot.internal.rpc.RpcAnswers;
import io.sandboximage.error.CancelledException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A file as it comes in pieces. */
final class FileChunks extends InputStream {
    private final RpcAnswers<FileChunk> answers;
    private final String what;
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private boolean ended;

    FileChunks(RpcAnswers<FileChunk> answers, String what) {
        this.answers = answers;
        this.what = what;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        while (!chunk.hasRemaining() && length > 0) {
            CancelledException.throwIfInterrupted("trying to " + what);
            // To the end of the stream also after the last piece: only the end tells that all went well.
            if (ended || !answers.hasNext()) {
                ended = true;
                return -1;
            }
            chunk = answers.next().getData().asReadOnlyByteBuffer();
        }
        int count = Math.min(length, chunk.remaining());
        chunk.get(buffer, offset, count);
        return count;
    }

    @Override
    public void close() {
        ended = true;
        answers.close();
    }
}
