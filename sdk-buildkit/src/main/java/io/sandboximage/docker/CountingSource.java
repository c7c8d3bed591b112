package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One image of a source, counting what is read of it. */
final class CountingSource implements ImageSource {
    private final Candidate candidate;
    private final ProgressTask progress;
    private final AtomicLong bytes = new AtomicLong();
    private final Set<Digest> opened = ConcurrentHashMap.newKeySet();

    CountingSource(Candidate candidate, ProgressTask progress) {
        this.candidate = candidate;
        this.progress = progress;
    }

    long bytes() {
        return bytes.get();
    }

    int layers() {
        return (int) candidate.layers().stream()
                .map(layer -> layer.descriptor().digest())
                .distinct()
                .filter(opened::contains)
                .count();
    }

    @Override
    public String name() {
        return candidate.source().name();
    }

    @Override
    public Descriptor descriptor() {
        return candidate.image().descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return candidate.source().manifest(descriptor);
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        opened.add(descriptor.digest());
        return new FilterInputStream(candidate.source().openBlob(descriptor)) {
            @Override
            public int read() throws IOException {
                int b = in.read();
                count(b < 0 ? 0 : 1);
                return b;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int n = in.read(buffer, offset, length);
                count(Math.max(0, n));
                return n;
            }
        };
    }

    private void count(int n) {
        bytes.addAndGet(n);
        progress.advance(n);
    }
}
