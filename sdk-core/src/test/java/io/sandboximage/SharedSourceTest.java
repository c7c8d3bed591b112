package io.sandboximage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.store.MemorySource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SharedSourceTest {
    private static final int LARGE = 1_000_000;

    private final MemorySource memory = new MemorySource();
    private final byte[] content = random(LARGE);
    private final Descriptor blob = memory.add(MediaTypes.OCI_LAYER, content);

    @TempDir
    Path folder;

    private BlobSpool spool = new BlobSpool(memory, Path.of("unused"), 0);

    @AfterEach
    void close() {
        spool.close();
    }

    @Test
    void manyReadersAtOnceReadTheOriginOnce() throws Exception {
        ImageSource shared = shared(memory, Long.MAX_VALUE);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<byte[]>> copies = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                copies.add(threads.submit(() -> read(shared)));
            }
            for (Future<byte[]> copy : copies) {
                assertThat(copy.get()).isEqualTo(content);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(read(shared)).isEqualTo(content);
        assertThat(memory.opened).hasSize(1);
        assertThat(shared.localBlob(blob)).isPresent();
        assertThat(spool.reading()).isEqualTo(new BlobSpool.Reading(LARGE, 9L * LARGE));
    }

    @Test
    void readerGetsTheFirstBytesWhileTheRestIsStillOnItsWay() throws IOException {
        CountDownLatch rest = new CountDownLatch(1);
        ImageSource shared = shared(slow(rest, 1000), Long.MAX_VALUE);
        try (InputStream in = shared.openBlob(blob)) {
            assertThat(in.readNBytes(1000)).isEqualTo(java.util.Arrays.copyOf(content, 1000));
            rest.countDown();
            assertThat(in.readAllBytes()).hasSize(LARGE - 1000);
        }
    }

    @Test
    void readerMaySkip() throws IOException {
        ImageSource shared = shared(memory, Long.MAX_VALUE);
        try (InputStream in = shared.openBlob(blob)) {
            in.skipNBytes(LARGE - 3);
            assertThat(in.readAllBytes()).isEqualTo(java.util.Arrays.copyOfRange(content, LARGE - 3, LARGE));
        }
    }

    @Test
    void readersThatGiveUpDoNotStopTheTransfer() throws IOException {
        ImageSource shared = shared(memory, Long.MAX_VALUE);
        shared.openBlob(blob).close();
        assertThat(read(shared)).isEqualTo(content);
        assertThat(memory.opened).hasSize(1);
    }

    @Test
    void wrongBytesFailEveryReaderAndAreFetchedAnewByTheNext() {
        memory.content.put(blob.digest(), random(LARGE - 1));
        ImageSource shared = shared(lenient(), Long.MAX_VALUE);
        assertThatThrownBy(() -> read(shared)).isInstanceOf(IntegrityException.class);
        memory.content.put(blob.digest(), content);
        assertThat(read(shared)).isEqualTo(content);
    }

    @Test
    void missingBlobFailsWhenItIsOpened() {
        ImageSource shared = shared(memory, Long.MAX_VALUE);
        Descriptor other = Descriptor.of(MediaTypes.OCI_LAYER, new byte[] {1});
        assertThatThrownBy(() -> shared.openBlob(other)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void blobsThatNobodyReadsMakeRoomAndWhatDoesNotFitIsReadDirectly() throws IOException {
        Descriptor second = memory.add(MediaTypes.OCI_LAYER, random(LARGE + 7));
        Descriptor tooLarge = memory.add(MediaTypes.OCI_LAYER, random(2 * LARGE));
        ImageSource shared = shared(memory, LARGE + 10);
        read(shared);
        drain(shared, second);
        drain(shared, tooLarge);
        drain(shared, tooLarge);

        assertThat(memory.opened).containsExactly(blob.digest(), second.digest(), tooLarge.digest(), tooLarge.digest());
        assertThat(spool.reading()).isEqualTo(new BlobSpool.Reading(6L * LARGE + 7, 0));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files)
                    .singleElement()
                    .asString()
                    .contains(second.digest().hex());
        }
    }

    @Test
    void wholeBlobIsALocalFile() {
        ImageSource shared = shared(memory, Long.MAX_VALUE);
        assertThat(shared.localBlob(blob)).isEmpty();
        read(shared);
        assertThat(shared.localBlob(blob).orElseThrow()).hasBinaryContent(content);
    }

    @Test
    void fileThatSomethingElseCutOffFailsItsReaders() throws IOException {
        ImageSource shared = shared(memory, Long.MAX_VALUE);
        read(shared);
        Files.write(shared.localBlob(blob).orElseThrow(), new byte[LARGE / 2]);
        assertThatThrownBy(() -> read(shared))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has lost its end");
    }

    @Test
    void closingEndsTransfersAndTheirReaders() throws Exception {
        ImageSource shared = shared(slow(new CountDownLatch(1), 10), Long.MAX_VALUE);
        InputStream in = shared.openBlob(blob);
        in.readNBytes(10);
        spool.close();
        assertThatThrownBy(in::read).isInstanceOf(CancelledException.class);
    }

    @Test
    void interruptedReaderStopsAloneAndKeepsItsFlag() {
        CountDownLatch rest = new CountDownLatch(1);
        ImageSource shared = shared(slow(rest, 10), Long.MAX_VALUE);
        Thread.currentThread().interrupt();
        Throwable thrown = catchThrowable(() -> drain(shared, blob));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(CancelledException.class);

        rest.countDown();
        assertThat(read(shared)).isEqualTo(content);
    }

    @Test
    void twoDestinationsOfAPipelineReadEachBlobOnce() {
        MemorySource image = new MemorySource();
        image.image(Platform.LINUX_AMD64, random(10_000), random(20_000));
        MemoryReader a = new MemoryReader();
        MemoryReader b = new MemoryReader();
        SandboxImagePipeline.builder()
                .from(image)
                .to(Fakes.sink("a", a::readAll))
                .to(Fakes.sink("b", b::readAll))
                .snapshot(Fakes.snapshotter("c", new MemoryReader()::readAll))
                .run();
        assertThat(image.opened).hasSize(3).doesNotHaveDuplicates();
        assertThat(a.read).isEqualTo(b.read).hasSize(3);
    }

    /** Reads config and layers. */
    private static final class MemoryReader {
        final List<Digest> read = new ArrayList<>();

        void readAll(ImageSource source) {
            io.sandboximage.image.Image image = source.image(Platform.LINUX_AMD64);
            read.add(image.manifest().config().digest());
            image.manifest().layers().forEach(layer -> {
                drain(source, layer);
                read.add(layer.digest());
            });
        }
    }

    private ImageSource shared(ImageSource from, long maxBytes) {
        spool = new BlobSpool(from, folder, maxBytes);
        return new SharedSource(from, spool);
    }

    private byte[] read(ImageSource shared) {
        return drain(shared, blob);
    }

    private static byte[] drain(ImageSource shared, Descriptor descriptor) {
        try (InputStream in = shared.openBlob(descriptor)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Gives the first bytes at once and the others after a signal. */
    private ImageSource slow(CountDownLatch rest, int first) {
        return new ForwardingFake(memory) {
            @Override
            public InputStream openBlob(Descriptor descriptor) {
                return new FilterInputStream(memory.openBlob(descriptor)) {
                    private int given;

                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        if (given >= first) {
                            try {
                                rest.await();
                            } catch (InterruptedException e) {
                                throw CancelledException.interrupted("reading slowly", e);
                            }
                        }
                        int n = in.read(buffer, offset, given >= first ? length : Math.min(length, first - given));
                        given += n;
                        return n;
                    }
                };
            }
        };
    }

    /** A source that does not verify. */
    private ImageSource lenient() {
        return new ForwardingFake(memory) {
            @Override
            public InputStream openBlob(Descriptor descriptor) {
                return new java.io.ByteArrayInputStream(memory.content.get(descriptor.digest()));
            }
        };
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
