package io.sandboximage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.PipelineResult;
import io.sandboximage.error.InvalidRequestException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordersTest {
    private static final String DIGEST = Results.IMAGE.digest().toString();
    private static final String DESCRIPTOR =
            "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + DIGEST + "\",\"size\":2}";
    private static final String JSON = "{\"image\":" + DESCRIPTOR
            + ",\"deliveries\":[{\"destination\":\"oci:out:v1\",\"descriptor\":" + DESCRIPTOR
            + ",\"blobsCopied\":2,\"blobsMounted\":1,\"blobsSkipped\":3,\"bytesCopied\":1000,\"tookMillis\":10}]"
            + ",\"snapshots\":[{\"kind\":\"ext4\",\"reference\":\"root.ext4\",\"image\":\"" + DIGEST
            + "\",\"reused\":false,\"properties\":{\"sizeBytes\":\"4096\"},\"tookMillis\":20}],\"tookMillis\":30}\n";

    private final PipelineResult bare = new PipelineResult(Results.IMAGE, List.of(), List.of(), Duration.ZERO);

    @TempDir
    Path dir;

    @Test
    void jsonGoesToAStreamAsOneLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Recorders.json(out).record(Results.SAMPLE);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(JSON);
    }

    @Test
    void jsonReplacesAFile() throws IOException {
        Path file = Files.writeString(dir.resolve("result.json"), "something longer".repeat(100));
        Recorders.json(file).record(Results.SAMPLE);
        assertThat(file).hasContent(JSON);
    }

    @Test
    void valuesOfAFullResult() {
        assertThat(Recorders.imageDigest().apply(Results.SAMPLE)).isEqualTo(DIGEST);
        assertThat(Recorders.snapshotReference().apply(Results.SAMPLE)).isEqualTo("root.ext4");
        assertThat(Recorders.snapshotReference("ext4").apply(Results.SAMPLE)).isEqualTo("root.ext4");
        assertThat(Recorders.deliveryReference().apply(Results.SAMPLE)).isEqualTo("oci:out:v1");
    }

    @Test
    void valueThatTheResultLacksIsRefused() {
        assertThat(Recorders.reference().apply(bare)).isEqualTo(DIGEST);
        assertThatThrownBy(() -> Recorders.snapshotReference().apply(bare)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Recorders.deliveryReference().apply(bare)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Recorders.snapshotReference("x").apply(Results.SAMPLE))
                .hasMessageContaining("[ext4]");
    }
}
