package io.sandboximage.golden.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenStrategy;
import io.sandboximage.progress.ProgressEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock stands still unless a test moves it. Names with G are defects of a system that others run. */
class GoldenBuildServiceTest {
    private static final String P = "team/app";
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final ScriptedTimer time = new ScriptedTimer();
    private final HeldFiller filler = new HeldFiller();
    private final GoldenProject project = GoldenProject.of(P, filler).quiet(QUIET);
    private final List<ProgressEvent> progress = new CopyOnWriteArrayList<>();
    private GoldenStore store;
    private GoldenBuildService service;

    @BeforeEach
    void open() {
        store = GoldenStore.builder(folder.resolve("store"))
                .strategy(GoldenStrategy.COPY)
                .open();
        service = newService();
    }

    @AfterEach
    void close() {
        service.close();
        store.close();
    }

    @Test
    void buildsOnceForTriggersThatComeTogether() throws Exception {
        service.add(project);
        service.request(P, "first");
        service.request(P, "second");
        service.request(P, "first");
        assertThat(service.status(P).pending()).containsExactly("first", "second");

        runBuild();

        GoldenBuildStatus status = service.status(P);
        assertThat(status.state()).isEqualTo(GoldenBuildState.READY);
        assertThat(status.pending()).isEmpty();
        assertThat(status.reasons()).containsExactly("first", "second");
        assertThat(status.generation()).isEqualTo(store.current(P).map(GoldenGeneration::id));
        assertThat(Files.readString(status.log().orElseThrow())).contains("filled 1", "published generation");
        assertThat(filler.fills()).isEqualTo(1);
    }

    @Test
    void keepsOneTriggerThatCameDuringABuildAndBuildsOnTopOfIt() throws Exception {
        service.add(project);
        service.request(P, "first");
        time.pass(QUIET);
        filler.awaitEntered();
        service.request(P, "during");
        service.request(P, "also during");
        filler.letGo();
        awaitGeneration(1);
        filler.letGo();
        passUntilSettled();

        assertThat(filler.fills()).isEqualTo(2);
        assertThat(service.status(P).reasons()).containsExactly("during", "also during");
        try (var view = store.view(store.current(P).orElseThrow())) {
            assertThat(view.dataRoot().resolve("filled")).isDirectoryContaining("glob:**by-1");
            assertThat(view.dataRoot().resolve("filled")).isDirectoryContaining("glob:**by-2");
        }
    }

    @Test
    void triesAgainWhatMayPassWithLongerAndLongerPauses() throws Exception {
        service.add(project.retries(3, Duration.ofSeconds(30)));
        filler.failNext(new UnavailableException("the registry is away"));
        filler.failNext(new UnavailableException("the registry is still away"));
        service.request(P, "go");
        time.pass(QUIET);
        filler.letGo();
        filler.awaitEntered();
        awaitDueIn(Duration.ofSeconds(30));
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.RETRYING);
        assertThat(service.status(P).error()).isEqualTo("the registry is away");

        time.pass(Duration.ofSeconds(29));
        assertThat(filler.fills()).isEqualTo(1);
        time.pass(Duration.ofSeconds(1));
        filler.letGo();
        filler.awaitEntered();
        awaitDueIn(Duration.ofSeconds(60));
        time.pass(Duration.ofSeconds(60));
        filler.letGo();
        assertThat(service.await(P, SOON)).isTrue();

        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
        assertThat(service.status(P).attempt()).isEqualTo(3);
    }

    @Test
    void doesNotTryAgainWhatWillFailAgain() throws Exception {
        service.add(project);
        filler.failNext(new InvalidRequestException("step 3 failed"));
        service.request(P, "go");
        runBuild();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(service.status(P).error()).contains("step 3 failed");
        assertThat(filler.fills()).isEqualTo(1);
    }

    @Test
    void g1TheLimitOfTheProjectIsTheOnlyOne() throws Exception {
        service.add(project.timeLimit(Duration.ofHours(6)));
        service.request(P, "go");
        time.pass(QUIET);
        filler.awaitEntered();
        time.pass(Duration.ofHours(6).minusSeconds(1));
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.BUILDING);
        time.pass(Duration.ofSeconds(1));
        assertThat(service.await(P, SOON)).isTrue();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(service.status(P).error()).contains("PT6H");
        assertThat(store.current(P)).isEmpty();
    }

    @Test
    void g8ABuildThatFailsIsNotReadyBecauseAnEarlierOneWas() throws Exception {
        service.add(project);
        service.request(P, "good");
        runBuild();
        GoldenGeneration good = store.current(P).orElseThrow();
        String firstBuild = service.status(P).buildId();
        filler.failNext(new IllegalStateException("killed"));
        service.request(P, "bad");
        runBuild();

        GoldenBuildStatus status = service.status(P);
        assertThat(status.state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(status.buildId()).isNotEqualTo(firstBuild);
        assertThat(status.generation()).contains(good.id());
        assertThat(store.current(P)).contains(good);
        assertThat(good.labels()).containsEntry("golden.build", firstBuild);
    }

    @Test
    void g9CancelEndsTheBuildAndThePendingOneAndStaysCancelled() throws Exception {
        service.add(project);
        service.request(P, "running");
        time.pass(QUIET);
        filler.awaitEntered();
        service.request(P, "pending");

        assertThat(service.cancel(P)).isTrue();
        assertThat(service.await(P, SOON)).isTrue();
        time.pass(Duration.ofDays(1));

        GoldenBuildStatus status = service.status(P);
        assertThat(status.state()).isEqualTo(GoldenBuildState.CANCELLED);
        assertThat(status.settled()).isTrue();
        assertThat(filler.fills()).isEqualTo(1);
        assertThat(store.current(P)).isEmpty();
        assertThat(service.cancel(P)).isFalse();
    }

    @Test
    void g9AFailureDoesNotDropWhatIsPending() throws Exception {
        service.add(project);
        filler.failNext(new IllegalStateException("early"));
        service.request(P, "first");
        time.pass(QUIET);
        filler.awaitEntered();
        service.request(P, "second");
        filler.letGo();
        awaitState(GoldenBuildState.FAILED);
        filler.letGo();
        passUntilSettled();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
        assertThat(service.status(P).reasons()).containsExactly("second");
    }

    @Test
    void g9CancelEndsTheWaitForTheNextAttempt() throws Exception {
        service.add(project);
        filler.failNext(new UnavailableException("away"));
        service.request(P, "go");
        time.pass(QUIET);
        filler.letGo();
        awaitDueIn(Duration.ofSeconds(30));
        service.cancel(P);
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.CANCELLED);
        time.pass(Duration.ofDays(1));
        assertThat(filler.fills()).isEqualTo(1);
    }

    /** In the moment between an attempt's failure and the wait for the next one. */
    @Test
    void g9CancelBetweenTwoAttemptsEndsTheBuild() throws Exception {
        betweenAttempts(() -> service.cancel(P));
        assertThat(service.await(P, SOON)).isTrue();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.CANCELLED);
        time.pass(Duration.ofDays(1));
        assertThat(filler.fills()).isEqualTo(1);
    }

    @Test
    void g15AServiceThatEndsBetweenTwoAttemptsLeavesTheBuildToTheNext() throws Exception {
        AtomicReference<Thread> closing = new AtomicReference<>();
        betweenAttempts(() -> {
            // It waits for the build, which waits for us.
            closing.set(new Thread(service::close));
            closing.get().start();
            until(() -> closing.get().getState() == Thread.State.TIMED_WAITING);
        });
        until(() -> closing.get() != null);
        closing.get().join();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(service.status(P).pending()).containsExactly("go");
        assertNextServiceBuilds();
    }

    @Test
    void g15AServiceThatEndsWhileItWaitsForTheNextAttemptLeavesTheBuildToTheNext() throws Exception {
        service.add(project);
        filler.failNext(new UnavailableException("away"));
        service.request(P, "go");
        time.pass(QUIET);
        filler.letGo();
        awaitDueIn(Duration.ofSeconds(30));
        service.close();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(service.status(P).pending()).containsExactly("go");
        assertNextServiceBuilds();
    }

    @Test
    void g9CancelLeavesTheBuildOfAnotherServiceAlone() throws Exception {
        service.add(project);
        filler.failNext(new UnavailableException("away"));
        service.request(P, "here");
        time.pass(QUIET);
        filler.letGo();
        awaitDueIn(Duration.ofSeconds(30));
        filler.awaitEntered();
        try (GoldenBuildService other = newService()) {
            other.add(project);
            other.request(P, "there");
            time.pass(QUIET);
            filler.awaitEntered();
            assertThat(service.cancel(P)).isTrue();
            assertThat(other.status(P).state()).isEqualTo(GoldenBuildState.BUILDING);
            filler.letGo();
            assertThat(other.await(P, SOON)).isTrue();
            assertThat(other.status(P).state()).isEqualTo(GoldenBuildState.READY);
        }
        assertThat(service.status(P).reasons()).containsExactly("there");
    }

    @Test
    void anErrorOfAFillerEndsItsBuildAndNotTheService() throws Exception {
        service.add(GoldenProject.of(P, fill -> {
                    throw new NoClassDefFoundError("gone");
                })
                .quiet(Duration.ZERO));
        service.request(P, "go");
        time.pass(Duration.ZERO);
        assertThat(service.await(P, SOON)).isTrue();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(service.status(P).error()).contains("gone");
    }

    @Test
    void g11EachBuildHasProgressOfItsOwn() throws Exception {
        service.add(project);
        service.request(P, "first");
        runBuild();
        String first = service.status(P).buildId();
        service.request(P, "second");
        runBuild();
        assertThat(progress)
                .filteredOn(ProgressEvent.Started.class::isInstance)
                .map(ProgressEvent.Started.class::cast)
                .filteredOn(started -> started.parent().isEmpty())
                .extracting(ProgressEvent.Started::label)
                .containsExactly(
                        "golden cache of " + P + ", build " + first,
                        "golden cache of " + P + ", build " + service.status(P).buildId());
    }

    @Test
    void g13AFillerThatEndsWithoutHavingDoneItsWorkFailsAtOnce() throws Exception {
        service.add(GoldenProject.of(P, fill -> {
                    throw new NotFoundException("There is no start-up script /project/start");
                })
                .quiet(Duration.ZERO));
        service.request(P, "go");
        time.pass(Duration.ZERO);
        assertThat(service.await(P, SOON)).isTrue();
        assertThat(service.status(P).error()).contains("no start-up script");
    }

    @Test
    void g15WhatWasBuildingAndPendingWhenTheServiceEndedIsBuiltByTheNext() throws Exception {
        service.add(project);
        service.request(P, "running");
        time.pass(QUIET);
        filler.awaitEntered();
        service.request(P, "pending");
        service.close();
        assertThat(store.current(P)).isEmpty();

        service = newService();
        service.add(project);
        assertThat(service.status(P).pending()).contains("running", "pending");
        runBuild();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
        assertThat(store.current(P)).isPresent();
        assertThat(filler.fills()).isEqualTo(2);
    }

    @Test
    void g15WhatAKilledServiceWasBuildingIsBuiltByTheNext() throws Exception {
        service.add(project);
        service.request(P, "running");
        time.pass(QUIET);
        filler.awaitEntered();
        service.request(P, "pending");
        // As a killed process would leave it: the files of a build, of a process that is none.
        Path left = folder.resolve("left");
        copyAsOfAnother(folder.resolve("builds"), left);
        assertThat(service.cancel(P)).isTrue();
        assertThat(service.await(P, SOON)).isTrue();

        assertThat(GoldenBuildService.statuses(left)).singleElement().satisfies(status -> {
            assertThat(status.project()).isEqualTo(P);
            assertThat(status.state()).isEqualTo(GoldenBuildState.FAILED);
            assertThat(status.pending()).containsExactly("pending");
        });
        service.close();
        service =
                GoldenBuildService.builder(store, left).clock(time).timer(time).start();
        service.add(project);
        assertThat(service.status(P).pending())
                .containsExactly("pending", "the build before was interrupted by the end of its process");
        runBuild();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
        assertThat(service.status(P).pending()).isEmpty();
    }

    private static void copyAsOfAnother(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, Files.readString(file).replaceAll("\"start\":[0-9]+", "\"start\":1"));
            }
        }
    }

    @Test
    void g17AnInputThatCannotBeReachedNeitherFailsNorStartsABuild() throws Exception {
        AtomicReference<String> commit = new AtomicReference<>("one");
        GoldenInput input = GoldenInput.of("git main", () -> {
            String now = commit.get();
            if (now.isEmpty()) {
                throw new UnavailableException("The network blinked");
            }
            return now;
        });
        service.add(project.inputs(input).watch(Duration.ofMinutes(5)));
        service.request(P, "first");
        runBuild();
        assertThat(service.staleness(P).fresh()).isTrue();

        commit.set("");
        time.pass(Duration.ofMinutes(20));
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
        assertThat(service.status(P).pending()).isEmpty();
        // But nobody may skip a build because of it.
        assertThat(service.staleness(P).changes()).singleElement().satisfies(change -> assertThat(change.reason())
                .contains("blinked"));
    }

    @Test
    void buildsWhenAWatchedInputChangedAndOnceForEachState() throws Exception {
        AtomicReference<String> commit = new AtomicReference<>("one");
        GoldenInput input = GoldenInput.of("git main", commit::get);
        service.add(project.inputs(input).watch(Duration.ofMinutes(5)));
        service.request(P, "first");
        runBuild();
        commit.set("two");
        assertThat(service.staleness(P).changes())
                .containsExactly(new GoldenStaleness.Change("git main", Optional.of("one"), Optional.of("two"), ""));

        filler.failNext(new IllegalStateException("does not compile"));
        passUntilFill(2);
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.FAILED);
        assertThat(service.status(P).reasons()).containsExactly("changed: git main");
        time.pass(Duration.ofHours(1));
        assertThat(filler.fills()).isEqualTo(2);
        commit.set("three");
        passUntilFill(3);
        assertThat(service.staleness(P).fresh()).isTrue();
    }

    @Test
    void buildsOnSchedule() throws Exception {
        service.add(project.every(Duration.ofHours(1)));
        passUntilFill(1);
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
    }

    @Test
    void twoServicesBuildOneProjectOneAfterTheOther() throws Exception {
        try (GoldenBuildService other = newService()) {
            service.add(project);
            other.add(project);
            service.request(P, "here");
            time.pass(Duration.ofSeconds(1));
            other.request(P, "there");
            time.pass(QUIET);
            filler.awaitEntered();
            filler.letGo();
            filler.letGo();
            assertThat(service.await(P, SOON)).isTrue();
            assertThat(other.await(P, SOON)).isTrue();
        }
        assertThat(filler.mostAtOnce()).isEqualTo(1);
        assertThat(store.current(P)).isPresent();
    }

    @Test
    void saysWhichProjectsItHas() {
        service.add(project);
        assertThatThrownBy(() -> service.request("other", "go"))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining(P);
        assertThat(service.statuses()).extracting(GoldenBuildStatus::state).isEqualTo(List.of(GoldenBuildState.NONE));
    }

    private GoldenBuildService newService() {
        return GoldenBuildService.builder(store, folder.resolve("builds"))
                .host("host-1")
                .listener(progress::add)
                .clock(time)
                .timer(time)
                .start();
    }

    /** Does something once when an attempt has failed and the log says so, which is when the clock is asked. */
    private void betweenAttempts(Runnable work) throws InterruptedException {
        AtomicBoolean done = new AtomicBoolean();
        Clock watched = new Clock() {
            @Override
            public Instant instant() {
                boolean retrying = GoldenBuildService.statuses(folder.resolve("builds")).stream()
                        .anyMatch(status -> status.state() == GoldenBuildState.RETRYING);
                if (retrying && !done.getAndSet(true)) {
                    work.run();
                }
                return time.instant();
            }

            @Override
            public ZoneId getZone() {
                return time.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        service = GoldenBuildService.builder(store, folder.resolve("builds"))
                .clock(watched)
                .timer(time)
                .start();
        service.add(project);
        filler.failNext(new UnavailableException("away"));
        service.request(P, "go");
        time.pass(QUIET);
        filler.letGo();
        filler.awaitEntered();
    }

    private void assertNextServiceBuilds() throws InterruptedException {
        service = newService();
        service.add(project);
        runBuild();
        assertThat(service.status(P).state()).isEqualTo(GoldenBuildState.READY);
        assertThat(service.status(P).pending()).isEmpty();
    }

    private void runBuild() throws InterruptedException {
        time.pass(QUIET);
        filler.letGo();
        assertThat(service.await(P, SOON)).isTrue();
    }

    private void passUntilSettled() throws InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (!service.await(P, Duration.ofMillis(20))) {
            assertThat(System.nanoTime()).isLessThan(end);
            time.pass(QUIET);
        }
    }

    private void awaitGeneration(int count) {
        until(() -> store.generations(P).size() >= count);
    }

    private void awaitState(GoldenBuildState state) {
        until(() -> service.status(P).state() == state);
    }

    private void awaitDueIn(Duration duration) {
        until(() -> time.nextDue().equals(Optional.of(time.instant().plus(duration))));
    }

    private void passUntilFill(int number) {
        until(() -> {
            GoldenBuildStatus status = service.status(P);
            if (status.state() != GoldenBuildState.BUILDING) {
                // Time stands still during a build, however long it takes here.
                time.pass(status.pending().isEmpty() ? Duration.ofMinutes(5) : QUIET);
            }
            return filler.fills() >= number;
        });
        filler.letGo();
        assertThat(service.await(P, SOON)).isTrue();
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting").isLessThan(end);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
