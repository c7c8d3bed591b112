package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheTransferTest {
    @TempDir
    Path folder;

    /** Without it every step of a Dockerfile is run again, whatever the imports of the message are. */
    @Test
    void importsAreToldToTheFrontendToo() {
        CacheTransfer caches = transfer(CacheOption.registry("example.com/cache"));

        assertThat(caches.message().getImportsList()).singleElement().satisfies(entry -> {
            assertThat(entry.getType()).isEqualTo("registry");
            assertThat(entry.getAttrsMap()).containsOnly(Map.entry("ref", "example.com/cache"));
        });
        assertThat(caches.frontendOption()
                        .map(json -> json.contains("\"Type\":\"registry\"")
                                && json.contains("\"Attrs\":{\"ref\":\"example.com/cache\"}")))
                .contains(true);
        assertThat(transfer().frontendOption()).isEmpty();
    }

    @Test
    void tagsOfLocalCachesAreResolvedToDigests() {
        ImageIndex cache = ImageIndex.create(List.of(), Map.of());
        try (ContentDestination layout = OciLayout.destination(folder, Optional.of("latest"))) {
            layout.commit(cache.descriptor(), cache.bytes());
        }
        Descriptor expected = cache.descriptor();

        CacheTransfer caches = transfer(CacheOption.localSource(folder.toString()));

        assertThat(caches.message().getImports(0).getAttrsMap())
                .containsEntry("digest", expected.digest().toString())
                .containsEntry("src", folder.toString());
        assertThat(caches.stores()).containsOnlyKeys("local:" + folder);
    }

    @Test
    void localCachesThatAreNotThereAreLeftOut() {
        CacheTransfer caches =
                transfer(CacheOption.localSource(folder.resolve("nowhere").toString()));

        assertThat(caches.message().getImportsList()).isEmpty();
        assertThat(caches.frontendOption()).isEmpty();
    }

    @Test
    void placesThatAreMissingAreRefused() {
        assertThatThrownBy(() -> transfer(new CacheOption("local", Map.of())))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("src");
        assertThatThrownBy(() -> new CacheTransfer(
                        SolveRequest.frontend("f")
                                .cacheExport(new CacheOption("registry", Map.of()))
                                .build(),
                        ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ref");
    }

    @Test
    void resetIsRefusedInsteadOfLeftOut() {
        CacheOption reset = CacheOption.localTarget(folder.toString()).with("reset", "true");

        assertThatThrownBy(() -> new CacheTransfer(
                        SolveRequest.frontend("f").cacheExport(reset).build(), ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("reset");
    }

    private static CacheTransfer transfer(CacheOption... imports) {
        SolveRequest.Builder request = SolveRequest.frontend("dockerfile.v0");
        for (CacheOption option : imports) {
            request.cacheImport(option);
        }
        return new CacheTransfer(request.build(), ProgressTask.silent());
    }
}
