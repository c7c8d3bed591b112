package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.golden.build.GoldenBuildService;
import io.sandboximage.golden.build.GoldenBuildState;
import io.sandboximage.golden.build.GoldenBuildStatus;
import io.sandboximage.golden.build.GoldenFill;
import io.sandboximage.golden.build.GoldenProject;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two services, each with a store of its own on one folder, build two projects while 20 sessions are cloned, read and released, and a
 * collector removes what it can. {@code -Dsandboximage.golden.rounds} makes it longer.
 */
class GoldenRaceTest {
    private static final int SESSIONS = 20;
    private static final int ROUNDS = Integer.getInteger("sandboximage.golden.rounds", 1);
    private static final List<String> PROJECTS = List.of("one", "two");
    private static final Duration LONG = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private final AtomicInteger number = new AtomicInteger();
    private final Set<String> inBuild = ConcurrentHashMap.newKeySet();

    @ParameterizedTest
    @EnumSource(names = {"LAYER_FARM", "COPY"})
    void everySessionHasOneGenerationWholeAndNothingIsLeftBehind(GoldenStrategy strategy) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        AtomicBoolean done = new AtomicBoolean();
        try (GoldenStore here = open(strategy);
                GoldenStore there = open(strategy);
                GoldenBuildService first = service(here);
                GoldenBuildService second = service(there)) {
            PROJECTS.forEach(project -> {
                first.request(project, "begin");
                assertThat(first.await(project, LONG)).isTrue();
                assertThat(here.current(project)).isPresent();
            });
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                String session = "session-" + i;
                GoldenStore store = i % 2 == 0 ? here : there;
                String project = PROJECTS.get(i % PROJECTS.size());
                running.add(threads.submit(rounds(() -> session(store, project, session))));
            }
            for (GoldenBuildService service : List.of(first, second)) {
                running.add(threads.submit(rounds(() -> builds(service))));
            }
            Future<?> collector = threads.submit(() -> {
                while (!done.get()) {
                    there.collect();
                }
            });
            for (Future<?> future : running) {
                future.get();
            }
            done.set(true);
            collector.get();

            there.collect();
            for (String project : PROJECTS) {
                GoldenBuildStatus status = first.status(project);
                assertThat(status.state()).isEqualTo(GoldenBuildState.READY);
                assertThat(here.current(project).map(GoldenGeneration::id)).isEqualTo(status.generation());
                assertThat(here.generations(project)).hasSize(1);
            }
            assertThat(here.sessions()).isEmpty();
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }

    private Callable<Void> rounds(Callable<Void> round) {
        return () -> {
            for (int i = 0; i < ROUNDS; i++) {
                round.call();
            }
            return null;
        };
    }

    private Void session(GoldenStore store, String project, String name) throws IOException {
        GoldenSession session = store.open(project, name);
        GoldenGeneration generation = session.generation().orElseThrow();
        assertThat(generation.project()).isEqualTo(project);
        GoldenImage image = generation.image(project + ":latest").orElseThrow();
        String content = Files.readString(
                EngineData.layerOf(session.dataRoot(), image.id()).resolve("diff/etc/content"));
        assertThat(content).isEqualTo(generation.labels().get("content"));
        Files.writeString(session.dataRoot().resolve("image/of-session"), name);
        assertThat(store.session(name)).isPresent();
        session.release();
        assertThat(session.dataRoot()).doesNotExist();
        return null;
    }

    private Void builds(GoldenBuildService service) {
        for (String project : PROJECTS) {
            service.request(project, "round");
            assertThat(service.await(project, LONG)).isTrue();
            GoldenBuildStatus status = service.status(project);
            // The other service may build already.
            assertThat(status.state()).as(status.error()).isIn(GoldenBuildState.READY, GoldenBuildState.BUILDING);
        }
        return null;
    }

    private void fill(GoldenFill fill) {
        assertThat(inBuild.add(fill.project()))
                .as("one build of a project at a time")
                .isTrue();
        try {
            String content = fill.project() + " " + number.incrementAndGet();
            Digest image = EngineData.image(fill.dataRoot(), fill.project(), content);
            fill.label("content", content);
            fill.label("image", image.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            inBuild.remove(fill.project());
        }
    }

    private GoldenStore open(GoldenStrategy strategy) {
        return GoldenStore.builder(folder.resolve("store")).strategy(strategy).open();
    }

    private GoldenBuildService service(GoldenStore store) {
        GoldenBuildService service = GoldenBuildService.builder(store, folder.resolve("builds"))
                .parallel(2)
                .start();
        PROJECTS.forEach(
                project -> service.add(GoldenProject.of(project, this::fill).quiet(Duration.ofMillis(1))));
        return service;
    }
}
