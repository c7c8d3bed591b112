package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RecordedRequest;
import io.sandboximage.testkit.daytona.ScriptedAnswer;
import io.sandboximage.testkit.daytona.SnapshotFate;
import io.sandboximage.testkit.daytona.SnapshotFate.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotsTest {
    private static final ProgressTask SILENT = ProgressTask.silent();
    private static final SnapshotWait WAIT = SnapshotWait.atMost(Duration.ofMinutes(10));

    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);
    private final Snapshots snapshots = client.snapshots();

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void createsFromAnImageAndWaitsUntilItIsActive() {
        DaytonaSnapshot made =
                snapshots.create(image("app").resources(2, 4, 10).entrypoint(List.of("/init", "x")), WAIT, SILENT);

        assertThat(made.state()).isEqualTo(SnapshotState.ACTIVE);
        assertThat(made.image()).contains("ghcr.io/acme/app:1.0");
        assertThat(made.resources().memoryGb()).isEqualTo(4);
        assertThat(made.entrypoint()).containsExactly("/init", "x");
        assertThat(made.sizeGb()).hasValue(0.42);
        assertThat(body("POST /snapshots"))
                .isEqualTo("{\"name\":\"app\",\"imageName\":\"ghcr.io/acme/app:1.0\","
                        + "\"entrypoint\":[\"/init\",\"x\"],\"cpu\":2,\"memory\":4,\"disk\":10}");
    }

    @Test
    void reportsTransitionsAsProgress() {
        List<String> messages = new CopyOnWriteArrayList<>();
        ProgressTask root = ProgressTask.root(
                event -> {
                    if (event instanceof ProgressEvent.Message message) {
                        messages.add(message.text());
                    }
                },
                "test");

        snapshots.create(image("app"), WAIT, root);

        assertThat(String.join("\n", messages)).contains("pending → pulling").contains("pulling → active");
    }

    @Test
    void listsAllPagesAndFiltersByName() {
        for (int i = 0; i < 7; i++) {
            snapshots.create(image("app-" + i), SILENT);
        }
        snapshots.create(image("other"), SILENT);

        assertThat(snapshots.list(SnapshotQuery.named("APP").pageSize(3)).map(DaytonaSnapshot::name))
                .containsExactlyInAnyOrder("app-0", "app-1", "app-2", "app-3", "app-4", "app-5", "app-6");
        assertThat(snapshots
                        .list(SnapshotQuery.all()
                                .sortedBy(SnapshotQuery.Sort.NAME, true)
                                .pageSize(200))
                        .map(DaytonaSnapshot::name))
                .startsWith("app-0", "app-1")
                .hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "team/app", "team/app:1.0", "a:b", "x@sha256:" + DIGEST})
    void findsNamesWhateverTheyHold(String name) {
        String id = snapshots.create(image(name), SILENT).id();

        assertThat(snapshots.get(name).id()).isEqualTo(id);
        assertThat(snapshots.get(id).name()).isEqualTo(name);
    }

    private static final String DIGEST = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void refusesNamesThatWouldLeadElsewhere(String name) {
        assertThatThrownBy(() -> snapshots.get(name)).isInstanceOf(InvalidRequestException.class);
        assertThat(emulator.requests()).isEmpty();
    }

    @Test
    void deletesByNameAndWaitsUntilItIsGone() {
        snapshots.create(image("app"), WAIT, SILENT);

        snapshots.deleteAndWait("app");
        snapshots.deleteAndWait("app");

        assertThat(snapshots.find("app")).isEmpty();
        assertThatThrownBy(() -> snapshots.delete("app")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void waitsForANameThatIsStillTakenByARemoval() {
        snapshots.create(image("app"), WAIT, SILENT);
        snapshots.delete("app");

        assertThat(snapshots.create(image("app"), SILENT).state()).isEqualTo(SnapshotState.PENDING);
    }

    @Test
    void tellsWhatIsInTheWayOfAName() {
        snapshots.create(image("app"), WAIT, SILENT);

        assertThatThrownBy(() -> snapshots.create(image("app"), SILENT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("There is a snapshot \"app\" already (active")
                .hasMessageContaining("Use ensure or replace");
    }

    @Test
    void activatesAndDeactivates() {
        snapshots.create(image("app"), WAIT, SILENT);

        snapshots.deactivate("app");
        assertThat(snapshots.get("app").state()).isEqualTo(SnapshotState.INACTIVE);
        assertThatThrownBy(() -> snapshots.activate("app"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("still in progress");
        DaytonaSnapshot active = snapshots.activate("app", SnapshotWait.atMost(Duration.ofMinutes(20)), SILENT);

        assertThat(active.state()).isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void doesNotStopABuildByDeactivatingIt() {
        snapshots.create(image("app"), SILENT);

        assertThatThrownBy(() -> snapshots.deactivate("app"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("pending");
    }

    @Test
    void aFailureCarriesTheServersReason() {
        emulator.fate("missing", SnapshotFate.error("manifest unknown"));
        emulator.fate("large", SnapshotFate.error("Snapshot size (500.00GB) exceeds maximum allowed size of 100GB"));
        emulator.fate("slow", SnapshotFate.error("Timeout processing snapshot pull on initial runner"));

        assertThatThrownBy(() -> snapshots.create(image("missing"), WAIT, SILENT))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("ghcr.io/acme/app:1.0")
                .hasMessageContaining("manifest unknown");
        assertThatThrownBy(() -> snapshots.create(image("large"), WAIT, SILENT))
                .isInstanceOf(QuotaExceededException.class)
                .hasMessageContaining("500.00GB");
        assertThatThrownBy(() -> snapshots.create(image("slow"), WAIT, SILENT))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("Timeout processing");
    }

    @Test
    void aSnapshotThatIsPendingForEverEndsAtTheDeadline() {
        emulator.fate("app", SnapshotFate.ending(End.PENDING_FOREVER));

        assertThatThrownBy(() -> snapshots.create(image("app"), SnapshotWait.atMost(Duration.ofHours(3)), SILENT))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("still pending")
                .hasMessageContaining("No runner has taken it");
    }

    @Test
    void aSnapshotThatBecomesInactiveEndsTheWait() {
        emulator.fate("app", SnapshotFate.ending(End.INACTIVE));

        assertThatThrownBy(() -> snapshots.create(image("app"), WAIT, SILENT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("became inactive");
    }

    @Test
    void aSnapshotThatIsRemovedEndsTheWait() {
        emulator.fate("app", SnapshotFate.ending(End.REMOVING));
        emulator.fate("gone", SnapshotFate.ending(End.VANISHES));

        assertThatThrownBy(() -> snapshots.create(image("app"), WAIT, SILENT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("being removed");
        assertThatThrownBy(() -> snapshots.create(image("gone"), WAIT, SILENT))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("vanished");
    }

    @Test
    void aStateThatNobodyKnowsIsWaitedOut() {
        emulator.fate("app", SnapshotFate.ending(End.UNKNOWN_STATE_THEN_ACTIVE));

        assertThat(snapshots.create(image("app"), WAIT, SILENT).state()).isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void readsTheLogOfABuildLineByLine() {
        emulator.fate("app", SnapshotFate.active().log("step 1", "step 2"));
        List<String> lines = new CopyOnWriteArrayList<>();

        DaytonaSnapshot made =
                snapshots.create(SnapshotSpec.dockerfile("app", "FROM alpine:3.20"), WAIT.buildLog(lines::add), SILENT);

        assertThat(lines).containsExactly("step 1", "step 2");
        assertThat(made.build().orElseThrow().dockerfile()).isEqualTo("FROM alpine:3.20");
        assertThat(made.image()).isEmpty();
        assertThat(snapshots.buildLog("app")).isEqualTo("step 1\nstep 2\n");
    }

    @Test
    void aLogThatNeverEndsDoesNotHoldUpAFailure() {
        emulator.fate(
                "app", SnapshotFate.error("failed to build image: exit code 1").log("RUN make", "make: error"));

        BuildFailedException failure = catchThrowableOfType(
                BuildFailedException.class,
                () -> snapshots.create(SnapshotSpec.dockerfile("app", "FROM alpine:3.20\nRUN make"), WAIT, SILENT));

        assertThat(failure).hasMessageContaining("failed to build image: exit code 1");
        assertThat(failure.failure().orElseThrow().logTail()).containsExactly("RUN make", "make: error");
    }

    @Test
    void aReaderOfTheLogThatFailsDoesNotFailTheSnapshot() {
        emulator.fate("app", SnapshotFate.active().log("one"));
        SnapshotWait wait = WAIT.buildLog(line -> {
            throw new IllegalStateException("reader");
        });

        assertThat(snapshots
                        .create(SnapshotSpec.dockerfile("app", "FROM alpine:3.20"), wait, SILENT)
                        .state())
                .isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void aBuildThatWasMadeBeforeIsActiveAtOnce() {
        snapshots.create(SnapshotSpec.dockerfile("one", "FROM alpine:3.20"), WAIT, SILENT);

        assertThat(snapshots
                        .create(SnapshotSpec.dockerfile("two", "FROM alpine:3.20"), SILENT)
                        .state())
                .isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void outagesAreWaitedOut() {
        emulator.next(
                "GET /snapshots/[^/]+",
                ScriptedAnswer.html(502),
                ScriptedAnswer.error(503, "Service is currently under maintenance"),
                ScriptedAnswer.tooMany(7),
                ScriptedAnswer.broken(),
                ScriptedAnswer.html(200),
                ScriptedAnswer.html(504));

        assertThat(snapshots.create(image("app"), WAIT, SILENT).state()).isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void anOutageWithoutEndEndsTheWait() {
        List<ScriptedAnswer> maintenance = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            maintenance.add(ScriptedAnswer.error(503, "Service is currently under maintenance"));
        }
        emulator.next("GET /snapshots/[^/]+", maintenance.toArray(new ScriptedAnswer[0]));

        assertThatThrownBy(() -> snapshots.create(image("app"), SnapshotWait.DEFAULT, SILENT))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("under maintenance");
    }

    @Test
    void anAnswerThatWasLostIsFoundByName() {
        emulator.next("POST /snapshots", ScriptedAnswer.lost());

        DaytonaSnapshot made = snapshots.create(image("app"), SILENT);

        assertThat(made.name()).isEqualTo("app");
        assertThat(posts()).isEqualTo(1);
    }

    @Test
    void aRequestThatWasLostIsSentAgain() {
        emulator.next("POST /snapshots", ScriptedAnswer.broken());

        assertThat(snapshots.create(image("app"), SILENT).name()).isEqualTo("app");
        assertThat(posts()).isEqualTo(2);
    }

    @Test
    void anInterruptEndsTheWait() {
        emulator.fate("app", SnapshotFate.ending(End.PENDING_FOREVER));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> snapshots.create(image("app"), WAIT, SILENT)).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatDaytonaWouldRefuseIsNotSent() {
        assertThatThrownBy(() -> snapshots.create(SnapshotSpec.image("my app", "ghcr.io/acme/app:Latest"), SILENT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("the name may have")
                .hasMessageContaining("the tag latest");
        assertThatThrownBy(() -> snapshots.create(SnapshotSpec.image("app", "localhost:5000/app"), SILENT))
                .hasMessageContaining("has no tag");
        assertThatThrownBy(() -> snapshots.create(SnapshotSpec.dockerfile("app", "#".repeat(95_000)), SILENT))
                .hasMessageContaining("95000 bytes");
        assertThat(emulator.requests()).isEmpty();
    }

    @Test
    void sendsTheRegionOfTheClient() {
        try (DaytonaClient european = EmulatedDaytona.builder(emulator)
                .apiKey("dtn_test")
                .region("eu")
                .build()) {
            assertThat(european.snapshots().create(image("app"), SILENT).regions())
                    .containsExactly("eu");
        }
    }

    private static SnapshotSpec image(String name) {
        return SnapshotSpec.image(name, "ghcr.io/acme/app:1.0");
    }

    private long posts() {
        return emulator.requests().stream()
                .filter(r -> r.line().equals("POST /snapshots"))
                .count();
    }

    private String body(String line) {
        return emulator.requests().stream()
                .filter(r -> r.line().equals(line))
                .map(RecordedRequest::body)
                .findFirst()
                .orElseThrow();
    }
}
