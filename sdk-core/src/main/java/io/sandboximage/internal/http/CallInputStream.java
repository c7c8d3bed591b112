package io.sandboximage.internal.http;

import io.sandboximage.error.CancelledException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import okhttp3.Call;

/** The body of a call; an interrupt of the reading thread ends a read that waits. */
final class CallInputStream extends FilterInputStream {
    private final Call call;
    private final InterruptWatch interrupts;
    private final String what;

    CallInputStream(InputStream in, Call call, InterruptWatch interrupts, String what) {
        super(in);
        this.call = call;
        this.interrupts = interrupts;
        this.what = what;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        CancelledException.throwIfInterrupted("trying to " + what);
        if (length == 0) {
            // readNBytes ends with such a read, and okio's stream waits for bytes that nobody asked for.
            return 0;
        }
        try {
            return interrupts.watch(call, () -> in.read(buffer, offset, length));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancelledException("Cancelled while trying to " + what, e);
            }
            throw e;
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
