package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every strategy that needs no special file system does. */
class GoldenStoreTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"COPY", "LAYER_FARM"})
    void sessionsGetWhatWasPublished(GoldenStrategy strategy) throws Exception {
        try (GoldenStore store = open(strategy)) {
            assertThat(store.current("web")).isEmpty();
            GoldenGeneration published;
            Digest id;
            try (GoldenDraft draft = store.draft("web")) {
                id = EngineData.image(draft.dataRoot(), "app", "one");
                published = draft.publish(Map.of("commit", "abc"));
            }

            assertThat(store.current("web")).contains(published);
            assertThat(store.projects()).containsExactly("web");
            assertThat(published.images()).containsExactly(new GoldenImage("app:latest", id));
            assertThat(published.labels()).containsEntry("commit", "abc");
            assertThat(published.files()).isGreaterThan(10);

            GoldenSession session = store.open("web", "first");
            Path layer = EngineData.layerOf(session.dataRoot(), id);
            assertThat(layer.resolve("diff/etc/content")).hasContent("one");
            assertThat(session.generation()).contains(published);
            session.release();
            assertThat(session.dataRoot()).doesNotExist();
            assertThat(store.sessions()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COPY", "LAYER_FARM"})
    void draftsStartFromThePresentGenerationAndSupersedeIt(GoldenStrategy strategy) throws Exception {
        try (GoldenStore store = open(strategy)) {
            GoldenGeneration first = publish(store, "one");
            GoldenGeneration second;
            try (GoldenDraft draft = store.draftFromCurrent("web")) {
                assertThat(draft.base()).contains(first);
                EngineData.image(draft.dataRoot(), "more", "two");
                second = draft.publish(Map.of());
            }
            assertThat(second.files()).isGreaterThan(first.files());
            assertThat(store.generations("web")).containsExactly(first, second);

            CollectReport report = store.collect();
            assertThat(report.generations()).containsExactly("web/" + first.id());
            assertThat(store.generations("web")).containsExactly(second);
            assertThat(store.open("web", "s").dataRoot().resolve("overlay2")).isDirectory();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COPY", "LAYER_FARM"})
    void brokenDraftsAreNotPublished(GoldenStrategy strategy) throws Exception {
        try (GoldenStore store = open(strategy)) {
            GoldenGeneration good = publish(store, "one");
            try (GoldenDraft draft = store.draft("web")) {
                Digest id = EngineData.image(draft.dataRoot(), "app", "two");
                EngineData.remove(EngineData.layerOf(draft.dataRoot(), id).resolve("diff"));
                assertThatThrownBy(() -> draft.publish(Map.of()))
                        .isInstanceOf(IntegrityException.class)
                        .hasMessageContaining("lacks its layer");
            }
            assertThat(store.current("web")).contains(good);
            assertThat(StoreFiles.list(folder.resolve("store/drafts"))).isEmpty();
            assertThat(StoreFiles.list(folder.resolve("store/trash"))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COPY", "LAYER_FARM"})
    void sessionsAreFoundAgainWithWhatWasDoneInThem(GoldenStrategy strategy) throws Exception {
        try (GoldenStore store = open(strategy)) {
            publish(store, "one");
            EngineData.write(store.open("web", "s").dataRoot().resolve("mine"), "here");
        }
        try (GoldenStore store = open(strategy)) {
            assertThat(store.open("web", "s").dataRoot().resolve("mine")).hasContent("here");
            assertThat(store.sessions()).hasSize(1);
            assertThatThrownBy(() -> store.open("other", "s")).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void sessionsThatNobodyUsedForLongAreCollectedAndUsedOnesStay() throws Exception {
        StoreFiles files = new StoreFiles(folder.resolve("store"));
        try (GoldenStore store = GoldenStore.builder(folder.resolve("store"))
                .strategy(GoldenStrategy.COPY)
                .idleSessions(Duration.ofDays(7))
                .open()) {
            publish(store, "one");
            FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
            for (String session : List.of("left", "opened", "in-use", "fresh")) {
                store.open("web", session);
            }
            for (String session : List.of("left", "opened", "in-use")) {
                Files.setLastModifiedTime(files.session(session).folder().resolve("session.json"), old);
            }
            store.open("web", "opened");
            Process engine = new ProcessBuilder("sleep", "600")
                    .directory(files.session("in-use").data().toFile())
                    .start();
            try {
                assertThat(store.collect().sessions()).containsExactly("left");
            } finally {
                engine.destroyForcibly().waitFor();
            }
            // It was noted that it was in use.
            assertThat(store.collect().sessions()).isEmpty();
            assertThat(store.sessions()).extracting(GoldenSession::name).containsExactly("fresh", "in-use", "opened");
        }
        try (GoldenStore unlimited = open(GoldenStrategy.COPY)) {
            Files.setLastModifiedTime(
                    files.session("fresh").folder().resolve("session.json"), FileTime.from(Instant.EPOCH));
            assertThat(unlimited.collect().sessions()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"COPY", "LAYER_FARM"})
    void whatBelongsToOneEngineDoesNotTravel(GoldenStrategy strategy) throws Exception {
        try (GoldenStore store = open(strategy)) {
            try (GoldenDraft draft = store.draft("web")) {
                EngineData.image(draft.dataRoot(), "app", "one");
                List<String> before = EngineData.names(draft.dataRoot());
                EngineData.privateThings(draft.dataRoot());
                assertThat(EngineData.names(draft.dataRoot())).hasSizeGreaterThan(before.size());
                draft.publish(Map.of());
            }
            List<String> travelled = EngineData.names(store.open("web", "s").dataRoot());
            assertThat(travelled)
                    .noneMatch(name -> name.startsWith("containers"))
                    .noneMatch(name -> name.startsWith("network"))
                    .noneMatch(name -> name.startsWith("volumes"))
                    .noneMatch(name -> name.startsWith("overlay2/writable"))
                    .doesNotContain("engine-id", "golden-build-result")
                    .contains("image/overlay2/repositories.json");
        }
    }

    private GoldenGeneration publish(GoldenStore store, String content) throws Exception {
        try (GoldenDraft draft = store.draft("web")) {
            EngineData.image(draft.dataRoot(), "app", content);
            return draft.publish(Map.of());
        }
    }

    private GoldenStore open(GoldenStrategy strategy) {
        return GoldenStore.builder(folder.resolve("store")).strategy(strategy).open();
    }
}
