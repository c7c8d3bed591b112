package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DepotBuildResultTest {
    private static final String CONFIG = "{\"architecture\":\"arm64\",\"os\":\"linux\",\"config\":{},"
            + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    private static final String MANIFEST = "{\"schemaVersion\":2,"
            + "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
            + Digest.sha256(CONFIG.getBytes(StandardCharsets.UTF_8)) + "\",\"size\":" + CONFIG.length()
            + "},\"layers\":[]}";

    @Test
    void tellsTheImagesThatTheMachineMade() {
        DepotBuildResult result = result(Map.of("depot/images.exported", exported()));
        assertThat(result.images()).singleElement().satisfies(image -> {
            assertThat(image.manifest().descriptor().digest())
                    .isEqualTo(Digest.sha256(MANIFEST.getBytes(StandardCharsets.UTF_8)));
            assertThat(image.config().platform()).isEqualTo(Platform.LINUX_ARM64);
        });
    }

    @Test
    void metadataIsTheCommandLinesWithoutTheLease() {
        DepotBuildResult result = result(Map.of(
                "depot/images.exported", exported(),
                "depot/session.id", "lease",
                "containerimage.digest", "sha256:abc"));
        assertThat(result.metadata())
                .containsEntry("depot.build", Map.of("buildID", "bld1", "projectID", "prj1"))
                .containsEntry("containerimage.digest", "sha256:abc")
                .containsKeys("manifests", "imageConfigs")
                .doesNotContainKeys("depot/images.exported", "depot/session.id");
        assertThat(new String(result.metadataJson(), StandardCharsets.UTF_8)).contains("\"buildID\":\"bld1\"");
    }

    @Test
    void machinesOfOthersTellOfNoImages() {
        assertThat(result(Map.of()).images()).isEmpty();
    }

    private static String exported() {
        return base64("[{\"manifest\":\"" + base64(MANIFEST) + "\",\"config\":\"" + base64(CONFIG) + "\"}]");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static DepotBuildResult result(Map<String, String> properties) {
        return new DepotBuildResult(
                "bld1",
                "prj1",
                Optional.empty(),
                List.of(),
                Map.of(Platform.LINUX_ARM64, new SolveResult("ref", properties)),
                Optional.empty(),
                Optional.empty());
    }
}
