package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The least that any conversion has to do, as a process of its own: {@code LAYOUT FILE}. Inflates all layers of the layout, the largest
 * first, on as many threads as there are processors, computes their diff IDs, writes what they hold into one file and syncs it.
 */
final class InflateHashWrite {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int INFLATER_BYTES = 1 << 16;

    private final FileChannel file;
    private final AtomicLong end = new AtomicLong();

    private InflateHashWrite(FileChannel file) {
        this.file = file;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        List<Path> layers = layers(Path.of(arguments[0], "blobs", "sha256"));
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try (FileChannel file =
                FileChannel.open(Path.of(arguments[1]), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            InflateHashWrite work = new InflateHashWrite(file);
            List<Future<byte[]>> digests = new ArrayList<>();
            for (Path layer : layers) {
                digests.add(threads.submit(() -> work.take(layer)));
            }
            for (Future<byte[]> digest : digests) {
                digest.get();
            }
            file.force(true);
        } finally {
            threads.shutdownNow();
        }
    }

    private byte[] take(Path layer) throws IOException {
        MessageDigest diffId = LayerWriter.sha256();
        byte[] bytes = new byte[BUFFER_BYTES];
        ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (InputStream in = new GZIPInputStream(Files.newInputStream(layer), INFLATER_BYTES)) {
            for (int n = in.readNBytes(bytes, 0, BUFFER_BYTES); n > 0; n = in.readNBytes(bytes, 0, BUFFER_BYTES)) {
                diffId.update(bytes, 0, n);
                direct.clear().put(bytes, 0, n).flip();
                for (long at = end.getAndAdd(n); direct.hasRemaining(); ) {
                    at += file.write(direct, at);
                }
            }
        }
        return diffId.digest();
    }

    private static List<Path> layers(Path blobs) throws IOException {
        List<Path> layers = new ArrayList<>();
        try (Stream<Path> all = Files.list(blobs)) {
            for (Path blob : (Iterable<Path>) all::iterator) {
                try (InputStream in = Files.newInputStream(blob)) {
                    if ((in.read() | in.read() << Byte.SIZE) == GZIPInputStream.GZIP_MAGIC) {
                        layers.add(blob);
                    }
                }
            }
        }
        layers.sort(Comparator.comparingLong((Path layer) -> layer.toFile().length())
                .reversed());
        return layers;
    }
}
