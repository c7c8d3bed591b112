package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.daytona.sandbox.SandboxSpec;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot.Outcome;
import io.sandboximage.daytona.snapshot.Replacement;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.SnapshotFate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EnsureTest {
    private static final ProgressTask SILENT = ProgressTask.silent();
    private static final SnapshotWait WAIT = SnapshotWait.atMost(Duration.ofMinutes(30));
    private static final Retention TWO = Retention.newest(2);

    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);
    private final Snapshots snapshots = client.snapshots();

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void takesWhatIsThere() {
        EnsuredSnapshot first = snapshots.ensure(image("app", "1.0"), WAIT, SILENT);
        EnsuredSnapshot second = snapshots.ensure(image("app", "1.0"), WAIT, SILENT);

        assertThat(first.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(second.outcome()).isEqualTo(Outcome.REUSED);
        assertThat(second.snapshot().id()).isEqualTo(first.snapshot().id());
    }

    @Test
    void activatesAnInactiveOneAsSoonAsTheServerAllowsIt() {
        snapshots.ensure(image("app", "1.0"), WAIT, SILENT);
        snapshots.deactivate("app");

        EnsuredSnapshot again = snapshots.ensure(image("app", "1.0"), WAIT, SILENT);

        assertThat(again.outcome()).isEqualTo(Outcome.ACTIVATED);
        assertThat(again.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void makesAFailedOneAgain() {
        emulator.fate("app", SnapshotFate.error("runner lost"));
        emulator.fate("app", SnapshotFate.active());
        assertThatThrownBy(() -> snapshots.ensure(image("app", "1.0"), WAIT, SILENT))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("runner lost");

        assertThat(snapshots.ensure(image("app", "1.0"), WAIT, SILENT).outcome())
                .isEqualTo(Outcome.RECREATED);
    }

    @Test
    void waitsForOneThatIsBeingRemovedAndMakesItAgain() {
        snapshots.ensure(image("app", "1.0"), WAIT, SILENT);
        snapshots.delete("app");

        assertThat(snapshots.ensure(image("app", "2.0"), WAIT, SILENT).outcome())
                .isEqualTo(Outcome.CREATED);
    }

    @Test
    void saysInWhatAnotherOneDiffers() {
        snapshots.ensure(image("app", "1.0").resources(1, 1, 3), WAIT, SILENT);

        assertThatThrownBy(() -> snapshots.ensure(image("app", "2.0").resources(2, 4, 10), WAIT, SILENT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("ghcr.io/acme/app:1.0, not ghcr.io/acme/app:2.0")
                .hasMessageContaining("1 CPU, 1 GB memory, 3 GB disk instead of 2 CPU");
    }

    @Test
    void clientsThatRaceGetTheSameSnapshot() throws Exception {
        List<EnsuredSnapshot> results = race(4, ours -> ours.snapshots().ensure(image("app", "1.0"), WAIT, SILENT));

        assertThat(results)
                .extracting(r -> r.snapshot().id())
                .containsOnly(results.get(0).snapshot().id());
        assertThat(results).filteredOn(r -> r.outcome() == Outcome.CREATED).hasSize(1);
        assertThat(emulator.snapshots()).containsExactly("app");
    }

    @Test
    void clientsThatRaceToMakeAFailedOneAgainGetTheSameSnapshot() throws Exception {
        emulator.fate("app", SnapshotFate.error("runner lost"));
        emulator.fate("app", SnapshotFate.active());
        assertThatThrownBy(() -> snapshots.ensure(image("app", "1.0"), WAIT, SILENT));

        List<EnsuredSnapshot> results = race(4, ours -> ours.snapshots().ensure(image("app", "1.0"), WAIT, SILENT));

        assertThat(results)
                .extracting(r -> r.snapshot().id())
                .containsOnly(results.get(0).snapshot().id());
        assertThat(emulator.state("app")).contains("active");
    }

    @Test
    void replacesUnderANewNameAndKeepsTheNewest() {
        List<Replacement> all = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            all.add(snapshots.replace(image("app", i + ".0"), TWO, WAIT, SILENT));
        }

        Replacement last = all.get(3);
        assertThat(last.previous().map(DaytonaSnapshot::name))
                .contains(all.get(2).current().name());
        assertThat(last.removed()).containsExactly(all.get(1).current().name());
        assertThat(snapshots.current("app").map(DaytonaSnapshot::name))
                .contains(last.current().name());
        assertThat(last.current().name()).matches("app--[0-9]{8}T[0-9]{9}Z-[0-9a-f]{12}");
    }

    @Test
    void replacingByTheSameChangesNothing() {
        Replacement first = snapshots.replace(image("app", "1.0"), TWO, WAIT, SILENT);
        Replacement second = snapshots.replace(image("app", "1.0"), TWO, WAIT, SILENT);

        assertThat(second.reused()).isTrue();
        assertThat(second.current().id()).isEqualTo(first.current().id());
    }

    @Test
    void aReplacementThatFailsLeavesTheCurrentOne() {
        Replacement first = snapshots.replace(image("app", "1.0"), TWO, WAIT, SILENT);
        emulator.failAll("runner lost");

        assertThatThrownBy(() -> snapshots.replace(image("app", "2.0"), TWO, WAIT, SILENT))
                .hasMessageContaining("runner lost");

        assertThat(snapshots.current("app").map(DaytonaSnapshot::id))
                .contains(first.current().id());
    }

    @Test
    void rollsBackToTheVersionBefore() {
        Replacement first = snapshots.replace(image("app", "1.0"), TWO, WAIT, SILENT);
        Replacement second = snapshots.replace(image("app", "2.0"), TWO, WAIT, SILENT);

        Replacement back = snapshots.rollback("app", WAIT, SILENT);

        assertThat(back.current().id()).isEqualTo(first.current().id());
        assertThat(snapshots.current("app").map(DaytonaSnapshot::id))
                .contains(first.current().id());
        assertThat(emulator.state(second.current().id())).contains("inactive");
        assertThatThrownBy(() -> snapshots.rollback("app", WAIT, SILENT)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aVersionThatASandboxUsesIsKept() {
        String used = snapshots
                .replace(image("app", "1.0"), TWO, WAIT, SILENT)
                .current()
                .name();
        client.sandboxes().start(SandboxSpec.of(used), Duration.ofMinutes(1));

        snapshots.replace(image("app", "2.0"), Retention.newest(1), WAIT, SILENT);

        assertThat(emulator.state(used)).contains("active");
    }

    @Test
    void replacementsThatRaceKeepOneCurrent() throws Exception {
        List<Replacement> results =
                race(2, ours -> ours.snapshots().replace(image("app", ours.hashCode() + ".0"), TWO, WAIT, SILENT));

        DaytonaSnapshot current = snapshots.current("app").orElseThrow();
        assertThat(results).extracting(r -> r.current().name()).contains(current.name());
        assertThat(emulator.state(current.id())).contains("active");
    }

    private interface Work<T> {
        T run(DaytonaClient client) throws Exception;
    }

    private <T> List<T> race(int count, Work<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        CyclicBarrier start = new CyclicBarrier(count);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Callable<T> one = () -> {
                    try (DaytonaClient ours = EmulatedDaytona.client(emulator)) {
                        start.await();
                        return work.run(ours);
                    }
                };
                futures.add(threads.submit(one));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static SnapshotSpec image(String name, String tag) {
        return SnapshotSpec.image(name, "ghcr.io/acme/app:" + tag);
    }
}
