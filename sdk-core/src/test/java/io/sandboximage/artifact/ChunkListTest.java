package io.sandboximage.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkListTest {
    private static final Digest DIGEST = Digest.sha256(new byte[1]);
    private static final Descriptor BLOB = Descriptor.of(DiskArtifact.CHUNK_TYPE, DIGEST, 100);
    private static final Manifest MANIFEST =
            Manifest.create(Descriptor.of(DiskArtifact.CONFIG_TYPE, new byte[0]), List.of(BLOB), Map.of());

    @Test
    void whatIsWrittenIsRead() {
        ChunkList list = new ChunkList(
                1 << 20, List.of(new Chunk(4096, 8192, DIGEST, 0), new Chunk(40960, 8192, DIGEST, 0)), List.of(BLOB));

        assertThat(ChunkList.parse(list.toJson(), MANIFEST, "test")).isEqualTo(list);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"offset\":-1,\"size\":4096,\"blob\":0",
                "\"offset\":0,\"size\":0,\"blob\":0",
                "\"offset\":0,\"size\":-5,\"blob\":0",
                "\"offset\":0,\"size\":4096,\"blob\":1",
                "\"offset\":0,\"size\":4096,\"blob\":-1",
                "\"offset\":1048576,\"size\":4096,\"blob\":0",
                "\"offset\":9223372036854775807,\"size\":4096,\"blob\":0",
                "\"offset\":0,\"size\":1048577,\"blob\":0",
                "\"offset\":0,\"size\":4096,\"blob\":0,\"digest\":\"sha256:0\"",
            })
    void impossibleChunksAreRefused(String members) {
        String digest = members.contains("digest") ? "" : ",\"digest\":\"" + DIGEST + "\"";

        assertThatThrownBy(() -> parse("{" + members + digest + "}")).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void chunksThatOverlapOrContradictAreRefused() {
        String first = "{\"offset\":0,\"size\":8192,\"digest\":\"" + DIGEST + "\",\"blob\":0}";
        assertThatThrownBy(() -> parse(first + "," + first)).isInstanceOf(InvalidContentException.class);
        String other = "{\"offset\":8192,\"size\":4096,\"digest\":\"" + DIGEST + "\",\"blob\":0}";
        assertThatThrownBy(() -> parse(first + "," + other))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("contradicts");
    }

    private static ChunkList parse(String chunks) {
        String json = "{\"version\":1,\"sizeBytes\":1048576,\"chunks\":[" + chunks + "]}";
        return ChunkList.parse(json.getBytes(StandardCharsets.UTF_8), MANIFEST, "test");
    }
}
