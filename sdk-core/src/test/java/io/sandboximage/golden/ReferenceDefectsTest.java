package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the golden caches of the reference system get wrong, as far as it is about the store; numbers as in the list of its defects. All of
 * them, each with the tests that have its number in their names:
 *
 * <pre>
 * G1  a second, shorter time limit                     GoldenBuildServiceTest
 * G2  clean-up by names that never matches             GoldenCommandsIT
 * G3  data of sessions that started empty is deleted   here
 * G4  an engine is started on half a copy              here
 * G5  a crash between two renames loses the golden     here; GoldenCrashIT at random points
 * G6  a crash leaves a golden that nothing can use     here; GoldenCrashIT at random points
 * G7  a generation vanishes while it is cloned         here; GoldenRaceTest, GoldenCrashIT
 * G8  one build is told by the result of another       GoldenBuildServiceTest
 * G9  cancel leaves what is pending, failures drop it  GoldenBuildServiceTest
 * G10 age since the build is taken for disuse          here
 * G11 trees are walked for sizes; progress is mixed up here; GoldenBuildServiceTest
 * G12 one image store's folders are purged as waste    here; GoldenEnginesIT with real engines
 * G13 no result is waited for as if it were coming     GoldenBuildServiceTest
 * G14 an engine that does not stop counts as stopped   here; GoldenEngineIT with a real one
 * G15 builds are forgotten when their service ends     GoldenBuildServiceTest; GoldenEngineIT: its engine too
 * G16 the builders' shared cache is emptied            GoldenFillerIT
 * G17 a network that blinks is taken for an end        GoldenBuildServiceTest
 * G18 a golden is served unchecked                     here
 * </pre>
 */
class ReferenceDefectsTest {
    private static final ProcessLease DEAD = new ProcessLease(
            1,
            1,
            ProcessLease.ofThisProcess().bootId(),
            ProcessLease.ofThisProcess().namespace());

    @TempDir
    Path folder;

    @Test
    void g3SessionsThatStartedEmptyKeepTheirData() throws Exception {
        try (GoldenStore store = open()) {
            GoldenSession cold = store.open("web", "s");
            assertThat(cold.generation()).isEmpty();
            EngineData.write(cold.dataRoot().resolve("work"), "done");
        }
        try (GoldenStore store = open()) {
            store.collect();
            assertThat(store.open("web", "s").dataRoot().resolve("work")).hasContent("done");
        }
    }

    @Test
    void g4FailedClonesLeaveNothingToStartAnEngineOn() throws Exception {
        try (GoldenStore store = open()) {
            GoldenGeneration golden = publish(store, "one");
            // In the middle of the tree, so that a part of it is copied.
            Path layers = golden.path().resolve("data/overlay2");
            Files.move(golden.path().resolve("data"), golden.path().resolve("away"));
            assertThatThrownBy(() -> store.open("web", "s")).isInstanceOf(SandboxImageException.class);
            assertThat(layers).doesNotExist();
            assertThat(store.session("s")).isEmpty();
            assertThat(StoreFiles.list(folder.resolve("store/sessions"))).isEmpty();

            Files.move(golden.path().resolve("away"), golden.path().resolve("data"));
            assertThat(store.open("web", "s").dataRoot().resolve("overlay2")).isDirectory();
        }
    }

    @Test
    void g5AndG6CrashesAroundTheSwapLeaveTheOldOrTheNewGenerationServed() throws Exception {
        StoreFiles files = new StoreFiles(folder.resolve("store"));
        try (GoldenStore store = open()) {
            GoldenGeneration first = publish(store, "one");
            GoldenGeneration second = publish(store, "two");

            // Before the pointer: the new generation is there, and not served.
            AtomicFile.write(files.pointer("web"), first.id().getBytes(StandardCharsets.UTF_8));
            // In the middle of writing the pointer.
            try (OutputStream half =
                    Files.newOutputStream(files.project("web").resolve(AtomicFile.TEMPORARY_PREFIX + "half"))) {
                half.write(second.id().charAt(0));
            }
            assertThat(store.current("web")).contains(first);

            // The next publication works as ever.
            GoldenGeneration third = publish(store, "three");
            assertThat(store.current("web")).contains(third);
            CollectReport report = store.collect();
            assertThat(report.leftovers()).isEqualTo(1);
            assertThat(report.generations()).containsExactly("web/" + first.id(), "web/" + second.id());
            assertThat(store.open("web", "s").generation()).contains(third);
        }
    }

    @Test
    void g7GenerationsStayWhileTheyAreClonedOrRead() throws Exception {
        try (GoldenStore store = open()) {
            GoldenGeneration first = publish(store, "one");
            try (GoldenView reading = store.view(first)) {
                publish(store, "two");
                CollectReport report = store.collect();
                assertThat(report.generations()).isEmpty();
                assertThat(report.kept()).singleElement().asString().contains(first.id());
                assertThat(reading.dataRoot().resolve("overlay2")).isDirectory();
            }
            assertThat(store.collect().generations()).containsExactly("web/" + first.id());
        }
    }

    @Test
    void g10TheLongestUnusedGoldenGoesFirstHoweverNewItIs() throws Exception {
        StoreFiles files = new StoreFiles(folder.resolve("store"));
        try (GoldenStore store = open()) {
            publish(store, "used", "one");
            GoldenGeneration unused = publish(store, "unused", "two");
            Files.setLastModifiedTime(files.used("unused"), FileTime.from(Instant.EPOCH));
            Files.setLastModifiedTime(
                    files.used("used"), FileTime.from(Instant.now().minusSeconds(1000)));
            store.open("used", "s").release();
            assertThat(unused.path()).isDirectory();
        }
        long one;
        try (GoldenStore store = open()) {
            one = store.current("used").orElseThrow().sizeBytes();
        }
        try (GoldenStore small = GoldenStore.builder(folder.resolve("store"))
                .strategy(GoldenStrategy.LAYER_FARM)
                .maxBytes(one + 1)
                .open()) {
            small.collect();
            assertThat(small.projects()).containsExactly("used");
        }
    }

    @Test
    void g11SizesAreKnownWithoutALookAtTheData() throws Exception {
        try (GoldenStore store = open()) {
            GoldenGeneration published = publish(store, "one");
            EngineData.remove(published.path().resolve("data"));
            GoldenGeneration known = store.current("web").orElseThrow();
            assertThat(known.sizeBytes()).isEqualTo(published.sizeBytes()).isPositive();
            assertThat(known.files()).isEqualTo(published.files()).isPositive();
        }
    }

    @Test
    void g12WhatBelongsToContainersGoesAndWhatImagesNeedStays() throws Exception {
        try (GoldenStore store = open();
                GoldenDraft draft = store.draft("web")) {
            Path root = draft.dataRoot();
            EngineData.image(root, "app", "one");
            EngineData.privateThings(root);
            EngineData.write(
                    root.resolve("containerd/daemon/io.containerd.content.v1.content/blobs/sha256/aa"), "blob");
            EngineData.write(root.resolve("buildkit/cache.db"), "cache");
            EngineData.write(root.resolve("overlay2/of-the-build-cache/diff/file"), "cached");
            draft.publish(Map.of());

            Path session = store.open("web", "s").dataRoot();
            assertThat(session.resolve("image/overlay2/layerdb/mounts/" + "c".repeat(64)))
                    .doesNotExist();
            assertThat(session.resolve("overlay2/writable")).doesNotExist();
            assertThat(session.resolve("containerd/daemon/io.containerd.content.v1.content/blobs/sha256/aa"))
                    .hasContent("blob");
            assertThat(session.resolve("buildkit/cache.db")).hasContent("cache");
            assertThat(session.resolve("overlay2/of-the-build-cache/diff/file")).hasContent("cached");
        }
    }

    @Test
    void g14DataThatIsStillInUseIsNotPublished() throws Exception {
        try (GoldenStore store = open();
                GoldenDraft draft = store.draft("web")) {
            EngineData.image(draft.dataRoot(), "app", "one");
            Process engine = new ProcessBuilder("sleep", "600")
                    .directory(draft.dataRoot().toFile())
                    .start();
            try {
                assertThatThrownBy(() -> draft.publish(Map.of()))
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("process " + engine.pid());
            } finally {
                engine.destroyForcibly().waitFor();
            }
            assertThat(store.current("web")).isEmpty();
            assertThat(draft.publish(Map.of()).images()).hasSize(1);
        }
    }

    @Test
    void g18GenerationsAreCheckedAndTriedBeforeTheyAreServed() throws Exception {
        AtomicReference<Path> tried = new AtomicReference<>();
        try (GoldenStore store = GoldenStore.builder(folder.resolve("store"))
                .strategy(GoldenStrategy.LAYER_FARM)
                .validation((dataRoot, generation) -> {
                    tried.set(dataRoot);
                    if (generation.labels().containsKey("bad")) {
                        throw new IntegrityException("The engine does not start");
                    }
                })
                .open()) {
            GoldenGeneration good = publish(store, "one");
            try (GoldenDraft draft = store.draft("web")) {
                EngineData.image(draft.dataRoot(), "app", "two");
                assertThatThrownBy(() -> draft.publish(Map.of("bad", "yes"))).hasMessage("The engine does not start");
            }
            try (GoldenDraft draft = store.draft("web")) {
                Digest id = EngineData.image(draft.dataRoot(), "app", "three");
                EngineData.write(
                        draft.dataRoot()
                                .resolve("image/overlay2/imagedb/content/sha256")
                                .resolve(id.hex()),
                        "{}");
                assertThatThrownBy(() -> draft.publish(Map.of())).hasMessageContaining("does not have this digest");
            }
            assertThat(store.current("web")).contains(good);
            assertThat(tried.get()).doesNotExist();
        }
    }

    /** Not in the list, but of the same family: what died long ago is cleaned up, what is alive is not. */
    @Test
    void remainsOfDeadProcessesGoAndThoseOfLivingOnesStay() throws Exception {
        StoreFiles files = new StoreFiles(folder.resolve("store"));
        try (GoldenStore store = open();
                GoldenDraft alive = store.draft("web")) {
            Files.createDirectories(files.draft("dead").data());
            new Records.Holder("web", Optional.empty(), DEAD)
                    .write(files.draft("dead").folder());
            Files.createDirectories(files.session("half").data());
            new Records.Session("half", "web", Optional.empty(), Instant.now(), false, false, DEAD, Optional.empty())
                    .write(files.session("half").folder());
            new Records.Session("ended", "web", Optional.empty(), Instant.now(), true, true, DEAD, Optional.of(DEAD))
                    .write(files.session("ended").folder());

            CollectReport report = store.collect();
            assertThat(report.leftovers()).isEqualTo(2);
            assertThat(report.sessions()).isEqualTo(List.of("ended"));
            assertThat(alive.dataRoot()).isDirectory();
            assertThat(StoreFiles.list(files.trash())).isEmpty();
        }
    }

    private static GoldenGeneration publish(GoldenStore store, String content) throws Exception {
        return publish(store, "web", content);
    }

    private static GoldenGeneration publish(GoldenStore store, String project, String content) throws Exception {
        try (GoldenDraft draft = store.draft(project)) {
            EngineData.image(draft.dataRoot(), "app", content);
            return draft.publish(Map.of());
        }
    }

    private GoldenStore open() {
        return GoldenStore.builder(folder.resolve("store"))
                .strategy(GoldenStrategy.LAYER_FARM)
                .open();
    }
}
