package io.sandboximage.examples.docker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that knows whether anybody has read of it: then nobody else can read all of it any more. */
final class WatchedInput extends FilterInputStream {
    private volatile boolean touched;

    WatchedInput(InputStream in) {
        super(in);
    }

    boolean touched() {
        return touched;
    }

    @Override
    public int read() throws IOException {
        touched = true;
        return super.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        touched = true;
        return super.read(buffer, offset, length);
    }
}
