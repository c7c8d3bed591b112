package io.sandboximage.buildkit.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BuildKitContentStoreTest {
    private final FakeStore store = new FakeStore();

    @Test
    void brokenStreamIsReadOnFromWhereItBroke() throws IOException {
        Descriptor blob = store.put("x", new byte[1000]);
        store.bytesUntilBreak = 300;

        try (InputStream in = image(blob).openBlob(blob)) {
            assertThat(in.readAllBytes()).hasSize(1000);
        }

        assertThat(store.offsets).containsExactly(0L, 300L, 600L, 900L);
    }

    @Test
    void streamThatEndsEarlyIsReadOn() throws IOException {
        Descriptor blob = store.put("x", new byte[1000]);
        store.bytesUntilBreak = 600;
        store.breaks = false;

        try (InputStream in = image(blob).openBlob(blob)) {
            assertThat(in.readAllBytes()).hasSize(1000);
        }

        assertThat(store.offsets).containsExactly(0L, 600L);
    }

    @Test
    void streamThatBreaksWithoutProgressIsGivenUp() {
        Descriptor blob = store.put("x", new byte[1000]);
        store.bytesUntilBreak = 0;

        assertThatThrownBy(() -> image(blob).openBlob(blob).read())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("after 0 of 1000 bytes");
    }

    @Test
    void interruptEndsTheWaitingForTheNextTry() {
        Descriptor blob = store.put("x", new byte[1000]);
        store.bytesUntilBreak = 0;
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> image(blob).openBlob(blob).read()).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void wrongBytesAreNotTaken() {
        Descriptor blob = store.put("x", new byte[1000]);
        store.blobs.put(blob.digest(), new byte[] {1});
        assertThatThrownBy(() -> image(blob).openBlob(blob)).isInstanceOf(IntegrityException.class);

        byte[] other = new byte[1000];
        other[999] = 1;
        store.blobs.put(blob.digest(), other);
        assertThatThrownBy(() -> image(blob).manifest(blob)).isInstanceOf(IntegrityException.class);
    }

    @Test
    void missingBlobsOfAnyPlatformAreTold() {
        Descriptor config = store.put(MediaTypes.OCI_CONFIG, "{}".getBytes(StandardCharsets.UTF_8));
        Descriptor layer = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.sha256(new byte[] {9}), 1);
        Manifest whole = Manifest.create(config, List.of(), Map.of());
        Manifest torn = Manifest.create(config, List.of(layer), Map.of());
        store.put(MediaTypes.OCI_MANIFEST, whole.bytes());
        store.put(MediaTypes.OCI_MANIFEST, torn.bytes());
        ImageIndex index = ImageIndex.create(
                List.of(
                        whole.descriptor().withPlatform(Platform.LINUX_AMD64),
                        torn.descriptor().withPlatform(Platform.LINUX_ARM64),
                        whole.descriptor().withPlatform(Platform.of("unknown", "unknown"))),
                Map.of());
        BuildKitContentStore image = image(store.put(MediaTypes.OCI_INDEX, index.bytes()));

        assertThat(image.platforms()).containsOnlyKeys(Platform.LINUX_AMD64, Platform.LINUX_ARM64);
        assertThat(image.missing()).containsExactly(layer);
        assertThatThrownBy(() -> image.openBlob(layer))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("fake")
                .hasMessageContaining("Build again");
    }

    private BuildKitContentStore image(Descriptor root) {
        return BuildKitContentStore.of(store, root);
    }

    /** Blobs in memory, with streams that break or end after a number of bytes. */
    private static final class FakeStore implements BlobReader {
        private final Map<Digest, byte[]> blobs = new HashMap<>();
        private final List<Long> offsets = new ArrayList<>();
        private int bytesUntilBreak = Integer.MAX_VALUE;
        private boolean breaks = true;

        Descriptor put(String mediaType, byte[] bytes) {
            Descriptor blob = Descriptor.of(mediaType, bytes);
            blobs.put(blob.digest(), bytes);
            return blob;
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public OptionalLong size(Digest digest) {
            byte[] bytes = blobs.get(digest);
            return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
        }

        @Override
        public InputStream open(Digest digest, long offset) {
            offsets.add(offset);
            byte[] bytes = blobs.getOrDefault(digest, new byte[0]);
            int from = (int) offset;
            int to = (int) Math.min(bytes.length, offset + bytesUntilBreak);
            boolean broken = breaks && to < bytes.length;
            return new ByteArrayInputStream(Arrays.copyOfRange(bytes, from, to)) {
                @Override
                public int read(byte[] buffer, int at, int length) {
                    if (broken && available() == 0) {
                        throw new UnavailableException("the stream broke");
                    }
                    return super.read(buffer, at, length);
                }
            };
        }
    }
}
