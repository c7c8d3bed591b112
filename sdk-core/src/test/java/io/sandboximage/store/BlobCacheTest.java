package io.sandboximage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {
    private final MemorySource source = new MemorySource();

    @TempDir
    Path directory;

    @Test
    void fetchesABlobOnce() throws IOException {
        Descriptor blob = source.add("any/type", new byte[] {1, 2, 3});
        BlobCache cache = BlobCache.at(directory);

        Path first = cache.fetch(blob, source, ProgressTask.silent());
        Path second = cache.fetch(blob, source, ProgressTask.silent());

        assertThat(first)
                .isEqualTo(second)
                .isEqualTo(
                        directory.resolve("blobs/sha256").resolve(blob.digest().hex()))
                .hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(source.opened).hasSize(1);
        try (var in = cache.open(blob)) {
            assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void manyThreadsFetchABlobOnce() throws Exception {
        Descriptor blob = source.add("any/type", new byte[300_000]);
        BlobCache cache = BlobCache.at(directory);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Path>> results = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                results.add(threads.submit(() -> cache.fetch(blob, source, ProgressTask.silent())));
            }
            for (Future<Path> result : results) {
                assertThat(result.get()).hasSize(300_000);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void keepsNothingOfACorruptBlob() throws IOException {
        Descriptor blob = source.add("any/type", new byte[] {1, 2, 3});
        source.content.put(blob.digest(), new byte[] {1, 2, 4});

        assertThatThrownBy(() -> BlobCache.at(directory).fetch(blob, source, ProgressTask.silent()))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(blob.digest().toString());
        assertThat(files()).isEmpty();
    }

    @Test
    void fetchesATruncatedFileAgain() throws IOException {
        Descriptor blob = source.add("any/type", new byte[] {1, 2, 3});
        BlobCache cache = BlobCache.at(directory);
        Path path = cache.fetch(blob, source, ProgressTask.silent());
        Files.write(path, new byte[] {1});

        assertThat(cache.fetch(blob, source, ProgressTask.silent())).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void removesWhatWasUsedLongestAgo() throws IOException {
        Descriptor oldest = source.add("any/type", new byte[1000]);
        Descriptor older = source.add("any/type", new byte[1001]);
        Descriptor fresh = source.add("any/type", new byte[1002]);
        BlobCache cache = BlobCache.at(directory).maxBytes(2100);
        age(cache.fetch(oldest, source, ProgressTask.silent()), Duration.ofDays(3));
        age(cache.fetch(older, source, ProgressTask.silent()), Duration.ofDays(2));

        cache.fetch(fresh, source, ProgressTask.silent());

        assertThat(cache.find(oldest)).isEmpty();
        assertThat(cache.find(older)).isPresent();
        assertThat(cache.find(fresh)).isPresent();
    }

    @Test
    void keepsWhatWasJustUsedEvenAboveTheLimit() {
        Descriptor first = source.add("any/type", new byte[1000]);
        Descriptor second = source.add("any/type", new byte[1001]);
        BlobCache cache = BlobCache.at(directory).maxBytes(10);
        cache.fetch(first, source, ProgressTask.silent());
        cache.fetch(second, source, ProgressTask.silent());

        assertThat(cache.find(first)).isPresent();
        assertThat(cache.find(second)).isPresent();
    }

    @Test
    void removesWhatAKilledProcessLeftADayAgo() throws IOException {
        Path stale = Files.write(directory.resolve(".incomplete-1"), new byte[10]);
        Path current = Files.write(directory.resolve(".incomplete-2"), new byte[10]);
        age(stale, Duration.ofDays(2));

        BlobCache.at(directory).fetch(source.add("any/type", new byte[3]), source, ProgressTask.silent());

        assertThat(stale).doesNotExist();
        assertThat(current).exists();
    }

    private static void age(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
