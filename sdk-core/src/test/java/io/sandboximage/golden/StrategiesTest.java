package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrategiesTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @EnumSource
    void overlay2IsCarriedByEveryStrategy(GoldenStrategy strategy) throws Exception {
        EngineData.image(root, "app", "one");
        assertThatCode(() -> Strategies.requireCarried(strategy, new DataRoot(root)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "zfs", "devicemapper", "windowsfilter", "of-next-year"})
    void driversThatKeepLayersElsewhereAreRefusedByAll(String driver) throws Exception {
        EngineData.write(root.resolve("image").resolve(driver).resolve("imagedb/content/sha256/aa"), "{}");
        for (GoldenStrategy strategy : GoldenStrategy.values()) {
            assertThatThrownBy(() -> Strategies.requireCarried(strategy, new DataRoot(root)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("the storage driver " + driver)
                    .hasMessageContaining("--storage-driver overlay2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vfs", "overlay", "fuse-overlayfs"})
    void driversThatLinksCannotStandForAreRefusedByTheFarmAlone(String driver) throws Exception {
        EngineData.write(root.resolve("image").resolve(driver).resolve("layerdb/sha256/aa/diff"), "");
        for (GoldenStrategy strategy : GoldenStrategy.values()) {
            if (strategy == GoldenStrategy.LAYER_FARM) {
                assertThatThrownBy(() -> Strategies.requireCarried(strategy, new DataRoot(root)))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("the storage driver " + driver)
                        .hasMessageContaining("choose another strategy");
            } else {
                assertThatCode(() -> Strategies.requireCarried(strategy, new DataRoot(root)))
                        .as(strategy.name())
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void driversThatWereOnlyTriedDoNotCount() throws Exception {
        EngineData.image(root, "app", "one");
        EngineData.write(root.resolve("image/zfs/distribution/file"), "");
        assertThatCode(() -> Strategies.requireCarried(GoldenStrategy.LAYER_FARM, new DataRoot(root)))
                .doesNotThrowAnyException();
    }
}
