package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.docker.golden.EngineRun;
import io.sandboximage.docker.golden.GoldenEngine;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Engines with another storage driver than those that every strategy carries. */
@RequiresEngine({Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC})
class GoldenDriversIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"CLASSIC,vfs,the storage driver vfs", "CONTAINERD,native,containerd's snapshotter native"})
    void aFarmRefusesThemAndACopyCarriesThem(ImageStoreKind kind, String driver, String called) throws Exception {
        Map<String, ImageSource> images =
                GoldenImages.make(Files.createDirectory(folder.resolve("content")), 1, GoldenImages.COUNT * 20);
        GoldenEngine dockerd =
                GoldenEngine.of(Engine.DOCKER_28.path()).store(kind).with("--storage-driver=" + driver);
        try (GoldenStore farm = open(GoldenStrategy.LAYER_FARM);
                GoldenDraft draft = farm.draft("app")) {
            dockerd.fill(draft, images, ProgressTask.silent());
            assertThatThrownBy(() -> draft.publish(Map.of()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("LAYER_FARM does not carry images of " + called);
            assertThat(farm.current("app")).isEmpty();
        }
        try (GoldenStore copies = open(GoldenStrategy.COPY)) {
            try (GoldenDraft draft = copies.draft("app")) {
                dockerd.fill(draft, images, ProgressTask.silent());
                assertThat(draft.publish(Map.of()).images()).hasSize(GoldenImages.COUNT);
            }
            GoldenSession session = copies.open("app", "s");
            try (EngineRun run = dockerd.start(session.dataRoot())) {
                assertThat(Command.of(Engine.DOCKER_CLI.path(), "run", "--rm", "--network=none", "golden-3")
                                .env("DOCKER_HOST", run.address())
                                .run()
                                .orFail()
                                .output())
                        .isEqualTo("image 3");
                run.stop();
            }
            session.release();
        }
    }

    private GoldenStore open(GoldenStrategy strategy) {
        return GoldenStore.builder(folder.resolve(strategy.name()))
                .strategy(strategy)
                .open();
    }
}
