package io.sandboximage.rootfs.internal.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerCompressionTest {
    private static final byte[] TEXT = text(300_000);

    @Test
    void passesPlainDataOn() throws IOException {
        assertThat(uncompress(TEXT)).isEqualTo(TEXT);
        assertThat(uncompress(new byte[0])).isEmpty();
        assertThat(uncompress(new byte[] {'x'})).containsExactly('x');
    }

    @Test
    void readsGzip() throws IOException {
        assertThat(uncompress(gzip(TEXT))).isEqualTo(TEXT);
    }

    @Test
    void readsAllMembersAlsoWhereNothingIsAvailableBetweenThem() throws IOException {
        byte[] first = Arrays.copyOf(TEXT, 1000);
        byte[] second = Arrays.copyOfRange(TEXT, 1000, TEXT.length);
        byte[] members = concat(gzip(first), gzip(new byte[0]), gzip(second));

        // One byte a read, and nothing ever available: what makes the JDK's stream stop after the first member.
        InputStream slow = new FilterInputStream(new ByteArrayInputStream(members)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, 1));
            }

            @Override
            public int available() {
                return 0;
            }
        };
        try (InputStream in = LayerCompression.uncompress(slow, MediaTypes.OCI_LAYER_GZIP, "test")) {
            assertThat(in.readAllBytes()).isEqualTo(TEXT);
        }
    }

    @Test
    void skipsAllOptionalHeaderFields() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x1F, (byte) 0x8B, 8, 0x1E, 1, 2, 3, 4, 0, 3});
        out.writeBytes(new byte[] {3, 0, 'S', 'G', 0}); // extra field, as eStargz has it
        out.writeBytes(new byte[] {'n', 0, 'c', 0, 9, 9}); // name, comment, header checksum
        out.writeBytes(Arrays.copyOfRange(gzip(TEXT), 10, gzip(TEXT).length));

        assertThat(uncompress(out.toByteArray())).isEqualTo(TEXT);
    }

    @Test
    void takesZerosBehindGzipForPadding() throws IOException {
        assertThat(uncompress(concat(gzip(TEXT), new byte[1000]))).isEqualTo(TEXT);
    }

    @Test
    void refusesOtherThingsBehindGzip() {
        assertMalformed(concat(gzip(TEXT), new byte[] {0, 0, 'x'}));
        assertMalformed(concat(gzip(TEXT), new byte[] {0x1F, 'x'}));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9, 100, 5000, -1, -4, -8})
    void refusesGzipThatEndsEarly(int length) {
        byte[] whole = gzip(TEXT);
        byte[] cut = Arrays.copyOf(whole, length < 0 ? whole.length + length : length);

        assertMalformed(cut);
    }

    @Test
    void refusesGzipWithAWrongChecksumOrSize() {
        byte[] wrongCrc = gzip(TEXT);
        wrongCrc[wrongCrc.length - 8] ^= 1;
        assertMalformed(wrongCrc);

        byte[] wrongSize = gzip(TEXT);
        wrongSize[wrongSize.length - 1] ^= 1;
        assertMalformed(wrongSize);
    }

    @Test
    void refusesBrokenDeflateData() {
        byte[] broken = gzip(TEXT);
        Arrays.fill(broken, 100, 200, (byte) 0xFF);
        assertMalformed(broken);
    }

    @Test
    void readsZstdInSeveralFramesWithSkippableOnes() throws IOException {
        byte[] skippable = {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
        byte[] first = Arrays.copyOf(TEXT, 1000);
        byte[] second = Arrays.copyOfRange(TEXT, 1000, TEXT.length);

        assertThat(uncompress(concat(skippable, Zstd.compress(first), skippable, Zstd.compress(second), skippable)))
                .isEqualTo(TEXT);
    }

    @Test
    void refusesBrokenZstd() {
        byte[] whole = Zstd.compress(TEXT);
        assertMalformed(Arrays.copyOf(whole, whole.length - 1));
        assertMalformed(Arrays.copyOf(whole, 6));
        assertMalformed(concat(whole, new byte[] {'x', 'x', 'x', 'x'}));
    }

    @Test
    void contentWinsOverTheMediaType() throws IOException {
        try (InputStream in = LayerCompression.uncompress(
                new ByteArrayInputStream(Zstd.compress(TEXT)), MediaTypes.OCI_LAYER_GZIP, "test")) {
            assertThat(in.readAllBytes()).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.layer.v1.tar",
                "application/vnd.oci.image.layer.v1.tar+zstd",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                "application/vnd.docker.image.rootfs.diff.tar.gzip",
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
            })
    void knowsTheMediaTypesOfLayers(String mediaType) {
        LayerCompression.requireLayer(mediaType, "test");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.oci.image.layer.v1.tar+encrypted",
                "application/vnd.oci.image.layer.v1.tar+gzip+encrypted",
                "application/vnd.in-toto+json",
                "application/octet-stream",
                ""
            })
    void refusesOtherMediaTypesAndListsWhatIsSupported(String mediaType) {
        assertThatThrownBy(() -> LayerCompression.requireLayer(mediaType, "layer x"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("layer x has the media type \"" + mediaType + "\"")
                .hasMessageContaining(MediaTypes.OCI_LAYER_ZSTD);
    }

    private static void assertMalformed(byte[] compressed) {
        assertThatThrownBy(() -> uncompress(compressed))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageStartingWith("test ");
    }

    private static byte[] uncompress(byte[] compressed) throws IOException {
        try (InputStream in =
                LayerCompression.uncompress(new ByteArrayInputStream(compressed), MediaTypes.OCI_LAYER_GZIP, "test")) {
            return in.readAllBytes();
        }
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] text(int length) {
        Random random = new Random(3);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) ('a' + random.nextInt(20));
        }
        return text;
    }
}
