package io.sandboximage.docker.internal;

import io.sandboximage.error.SandboxImageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A body that is made while it is sent. What its making fails with is the failure of the call, and not that the call broke off. */
final class StreamedBody extends RequestBody {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final EngineBody body;
    private volatile @Nullable SandboxImageException failure;

    StreamedBody(EngineBody body) {
        this.body = body;
    }

    @Override
    public MediaType contentType() {
        return MediaType.get(body.contentType());
    }

    @Override
    public long contentLength() {
        return body.length();
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        OutputStream out = new BufferedOutputStream(sink.outputStream(), BUFFER_BYTES);
        try {
            body.writer().write(out);
        } catch (SandboxImageException e) {
            failure = e;
            throw new IOException("the body could not be made", e);
        }
        out.flush();
    }

    void throwFailure() {
        SandboxImageException known = failure;
        if (known != null) {
            throw known;
        }
    }
}
