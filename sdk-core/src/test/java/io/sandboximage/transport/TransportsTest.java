package io.sandboximage.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.MemorySource;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "oci:dir, oci, oci:dir",
        "oci:/a/b:v1, oci, oci:/a/b:v1",
        "oci-archive:a.tar:docker.io/library/x:v1, oci-archive, oci-archive:a.tar:docker.io/library/x:v1",
        "docker-archive:a.tar:@3, docker-archive, docker-archive:a.tar:@3",
        "docker://ghcr.io/acme/app:v1, docker, docker://ghcr.io/acme/app:v1",
        "ubuntu, docker, docker://ubuntu",
        "ubuntu:22.04, docker, docker://ubuntu:22.04",
        "localhost:5000/app, docker, docker://localhost:5000/app",
    })
    void understandsWhatSkopeoUnderstands(String text, String transport, String shown) {
        ImageLocation location = ImageLocation.parse(text);
        assertThat(location.transport()).isEqualTo(transport);
        assertThat(location).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dir:/x", "docker-daemon:app:v1", "containers-storage:x", "nosuch://x", "Not A Name", ""})
    void whatIsNotKnownListsWhatIs(String text) {
        assertThatThrownBy(() -> ImageLocation.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("oci:DIR[:TAG]")
                .hasMessageContaining("oci-archive:FILE[:TAG]")
                .hasMessageContaining("docker-archive:FILE[:NAME]")
                .hasMessageContaining("docker://NAME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci:", "oci::v1", "oci:dir:", "oci:dir:a b", "docker-archive:f:@x", "oci-archive:f:/x"})
    void brokenSyntaxIsAnError(String text) {
        assertThatThrownBy(() -> ImageLocation.parse(text).source()).isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"oci:%s/a:v1", "oci:%s/b", "oci-archive:%s/a.tar:v1", "docker-archive:%s/d.tar:app:v1"})
    void whatIsWrittenIsReadBack(String pattern) {
        MemorySource memory = new MemorySource();
        Descriptor root = memory.image(Platform.LINUX_AMD64, new byte[10]);
        ImageLocation location = ImageLocation.parse(String.format(pattern, directory));

        location.sink().write(memory, ProgressTask.silent());

        try (ImageSource source = location.source()) {
            assertThat(source.descriptor()).isEqualTo(root);
            assertThat(source.name()).startsWith(location.transport() + ":");
        }
    }

    @Test
    void aDockerArchiveTakesOnePlatform() {
        ImageLocation location = ImageLocation.parse("docker-archive:" + directory.resolve("d.tar"));
        CopyOptions two = CopyOptions.DEFAULT.only(Platform.LINUX_AMD64, Platform.LINUX_ARM64);
        assertThatThrownBy(() -> location.sink(two))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("oci-archive:");
    }

    @Test
    void aTransportCanBeAdded() {
        TransportProvider daemon = new TransportProvider() {
            @Override
            public String transport() {
                return "docker-daemon";
            }

            @Override
            public String syntax() {
                return "NAME";
            }

            @Override
            public ImageSource source(String rest) {
                MemorySource memory = new MemorySource();
                memory.image(Platform.LINUX_AMD64, rest.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                return memory;
            }

            @Override
            public ImageSink sink(String rest, CopyOptions options) {
                throw new InvalidRequestException("not here");
            }
        };
        Transports transports = Transports.standard().with(daemon);

        assertThat(transports.names())
                .containsExactly("docker", "docker-archive", "docker-daemon", "oci", "oci-archive");
        assertThat(transports.parse("docker-daemon:app").source().name()).isEqualTo("memory");
    }
}
