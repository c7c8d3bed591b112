package io.sandboximage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.transport.ImageLocation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed while it writes leaves the old image under the name, or none, and the next writer succeeds. */
class KilledWriterIT {
    private static final int HALF_A_BLOB = 1000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"oci:%s/store:v1", "oci-archive:%s/store.tar:v1", "docker-archive:%s/store.tar:app:v1"})
    void theNameNeverShowsHalfAnImage(String pattern) throws Exception {
        ImageLocation place = ImageLocation.parse(String.format(pattern, folder));
        killHalfway(place);
        assertThat(finished()).isEmpty();

        Descriptor old = write(place, Platform.LINUX_ARM64);
        killHalfway(place);
        try (ImageSource source = place.source()) {
            assertThat(source.descriptor()).isEqualTo(old);
        }

        Descriptor next = write(place, Platform.LINUX_AMD64);
        try (ImageSource source = place.source()) {
            assertThat(source.descriptor().digest()).isEqualTo(next.digest()).isNotEqualTo(old.digest());
        }
    }

    private static Descriptor write(ImageLocation place, Platform platform) {
        try (ImageSource image =
                Images.assembly(platform).compression(Images.PLAIN).produce(ProgressTask.silent())) {
            return place.sink().write(image, ProgressTask.silent()).descriptor();
        }
    }

    private static void killHalfway(ImageLocation place) throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        place.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(writer.getInputStream().read())
                    .as("the writer is in the middle of a blob")
                    .isEqualTo('!');
        } finally {
            writer.destroyForcibly().waitFor();
        }
    }

    /** Files that a reader would take for part of a store. */
    private List<String> finished() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> f.getFileName().toString())
                    .filter(n -> n.equals("index.json") || n.endsWith(".tar"))
                    .toList();
        }
    }

    /** Writes an image whose first layer, which no other image here has, stops in its middle. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] place) {
            ImageSource image = Images.assembly(Platform.LINUX_AMD64)
                    .compression(Images.PLAIN)
                    .produce(ProgressTask.silent());
            ImageLocation.parse(place[0]).sink().write(new Stopping(image), ProgressTask.silent());
        }
    }

    private record Stopping(ImageSource image) implements ImageSource {
        @Override
        public String name() {
            return image.name();
        }

        @Override
        public Descriptor descriptor() {
            return image.descriptor();
        }

        @Override
        public byte[] manifest(Descriptor descriptor) {
            return image.manifest(descriptor);
        }

        @Override
        public InputStream openBlob(Descriptor descriptor) {
            Descriptor first =
                    image.image(image.descriptor()).manifest().layers().get(0);
            InputStream whole = image.openBlob(descriptor);
            return descriptor.equals(first) ? new Half(whole) : whole;
        }
    }

    private static final class Half extends FilterInputStream {
        private int given;

        Half(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (given >= HALF_A_BLOB) {
                System.out.print('!');
                System.out.flush();
                System.in.read(); // Nobody answers: this is where the process is killed.
            }
            int n = super.read(buffer, offset, Math.min(length, HALF_A_BLOB));
            given += n;
            return n;
        }
    }
}
