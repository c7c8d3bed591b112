package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EngineImageTest {
    private static final String ID = "sha256:" + "a".repeat(64);
    private static final String LAYER = "sha256:" + "b".repeat(64);

    @Test
    void readsWhatEveryEngineTells() {
        EngineImage image = parse("\"RepoTags\":[\"a:1\"],\"RepoDigests\":null,\"Size\":7");
        assertThat(image.id()).hasToString(ID);
        assertThat(image.tags()).containsExactly("a:1");
        assertThat(image.repoDigests()).isEmpty();
        assertThat(image.platform()).isEqualTo(Platform.LINUX_AMD64);
        assertThat(image.diffIds()).singleElement().hasToString(LAYER);
        assertThat(image.sizeBytes()).isEqualTo(7);
        assertThat(image.complete()).isTrue();
    }

    @Test
    void anImageWhoseBlobsLackIsIncomplete() {
        assertThat(parse(manifest(false, 0)).complete()).isFalse();
    }

    @Test
    void anImageThatCouldNotBeUnpackedIsIncomplete() {
        assertThat(parse(manifest(true, 0)).complete()).isFalse();
    }

    @Test
    void oneWholePlatformOfSeveralIsEnough() {
        String absent = manifest(false, 0);
        String both = absent.substring(0, absent.length() - 1) + "," + inner(manifest(true, 5)) + "]";
        assertThat(parse(both).complete()).isTrue();
    }

    private static EngineImage parse(String more) {
        String json =
                "{\"Id\":\"" + ID + "\",\"Os\":\"linux\",\"Architecture\":\"amd64\",\"RootFS\":{\"Type\":\"layers\","
                        + "\"Layers\":[\"" + LAYER + "\"]}," + more + "}";
        return EngineImage.parse(JsonView.parse(json.getBytes(StandardCharsets.UTF_8), 10_000, "image"));
    }

    private static String manifest(boolean available, int unpacked) {
        return "\"Manifests\":[{\"Kind\":\"image\",\"Available\":" + available
                + ",\"ImageData\":{\"Size\":{\"Unpacked\":" + unpacked + "}}}]";
    }

    private static String inner(String manifests) {
        return manifests.substring("\"Manifests\":[".length(), manifests.length() - 1);
    }
}
