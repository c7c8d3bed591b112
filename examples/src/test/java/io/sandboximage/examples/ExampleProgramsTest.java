package io.sandboximage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleProgramsTest {
    @TempDir
    Path dir;

    private String image;

    @BeforeEach
    void makeImage() {
        TestImages.write(dir.resolve("layout"));
        image = "oci:" + dir.resolve("layout") + ":v1";
    }

    @Test
    void copyBetweenStores() {
        CopyBetweenStores.main(new String[] {image, "oci:" + dir.resolve("a"), "oci:" + dir.resolve("b") + ":v2"});
        assertThat(dir.resolve("a/index.json")).exists();
        assertThat(dir.resolve("b/index.json")).content().contains("v2");
    }

    @Test
    void pipelineToExt4() {
        Path file = dir.resolve("root.ext4");
        PipelineToExt4.main(
                new String[] {image, file.toString(), dir.resolve(".env").toString()});
        assertThat(file).isNotEmptyFile();
        assertThat(dir.resolve(".env"))
                .content()
                .contains("SANDBOX_ROOTFS=", "root.ext4", "SANDBOX_IMAGE_DIGEST=sha256:");
    }

    @Test
    void customProgress() {
        CustomProgress.main(new String[] {image, "oci:" + dir.resolve("c")});
        assertThat(dir.resolve("c/index.json")).exists();
    }
}
