package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot.Outcome;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.SnapshotFate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalImageTest {
    private static final ProgressTask SILENT = ProgressTask.silent();
    private static final SnapshotWait WAIT = SnapshotWait.atMost(Duration.ofMinutes(10));

    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void anImageBecomesASnapshotThroughTheTransientRegistry() {
        ImageSource image = TestImages.layers(3, "last");

        EnsuredSnapshot made = ensure("app", image);

        assertThat(made.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(made.push().map(Delivery::blobsCopied)).contains(4);
        assertThat(made.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
        assertThat(made.snapshot().image().orElseThrow())
                .startsWith(emulator.registry() + "/" + DaytonaEmulator.PROJECT + "/sandbox-image:")
                .contains(image.descriptor().digest().hex().substring(0, 40));
        assertThat(made.snapshot().entrypoint()).containsExactly("/init", "--serve");
    }

    @Test
    void onlyTheLayerThatChangedTravels() {
        ensure("one", TestImages.layers(20, "before"));

        EnsuredSnapshot two = ensure("two", TestImages.layers(20, "after"));

        assertThat(two.push().map(Delivery::blobsCopied)).contains(2);
        assertThat(two.push().map(Delivery::blobsSkipped)).contains(19);
    }

    @Test
    void nothingIsAskedOfTheRegistryForASnapshotThatIsThere() {
        ImageSource image = TestImages.layers(2, "same");
        ensure("app", image);
        int robots = emulator.robots().made();

        EnsuredSnapshot again = ensure("app", image);

        assertThat(again.outcome()).isEqualTo(Outcome.REUSED);
        assertThat(emulator.robots().made()).isEqualTo(robots);
    }

    @Test
    void accessIsRenewedBeforeItEnds() {
        Set<Digest> opened = ConcurrentHashMap.newKeySet();
        // Each blob takes 12 minutes: the whole push lasts longer than one account.
        ImageSource slow = TestImages.watched(TestImages.layers(12, "slow"), blob -> {
            if (opened.add(blob.digest())) {
                emulator.clock().advance(Duration.ofMinutes(12));
            }
        });
        int before = emulator.robots().made();

        EnsuredSnapshot made = ensure("app", slow);

        assertThat(made.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
        assertThat(emulator.robots().made() - before).isGreaterThanOrEqualTo(3);
    }

    @Test
    void accessThatIsRefusedInMidPushIsRenewed() {
        AtomicInteger opened = new AtomicInteger();
        ImageSource image = TestImages.watched(TestImages.layers(6, "revoked"), blob -> {
            if (opened.incrementAndGet() == 4) {
                emulator.robots().revokeAll();
            }
        });

        assertThat(ensure("app", image).snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
    }

    @Test
    void anImageForAnotherPlatformIsRefusedBeforeAnythingIsSent() {
        ImageSource arm = TestImages.layers(Platform.LINUX_ARM64, 2, "arm");

        assertThatThrownBy(() -> ensure("app", arm))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("linux/amd64")
                .hasMessageContaining("linux/arm64");
        assertThat(emulator.requests()).isEmpty();
    }

    @Test
    void aFailedSnapshotIsMadeAgainFromWhatWasPushed() {
        ImageSource image = TestImages.layers(3, "again");
        emulator.fate("app", SnapshotFate.error("runner lost"));
        emulator.fate("app", SnapshotFate.active());
        assertThatThrownBy(() -> ensure("app", image)).hasMessageContaining("runner lost");

        EnsuredSnapshot made = ensure("app", image);

        assertThat(made.outcome()).isEqualTo(Outcome.RECREATED);
        assertThat(made.push().map(Delivery::blobsCopied)).contains(0);
    }

    @Test
    void anImageThatAnotherSnapshotTookAwayIsPushedAgain() {
        ImageSource image = TestImages.layers(3, "shared");
        emulator.fate("late", SnapshotFate.active().after(Duration.ofMinutes(5)));
        emulator.fate("late", SnapshotFate.active());
        client.snapshots().create(SnapshotSpec.local("late", image), SILENT);
        // The server removes the image when this one is active, and there is but one image of that digest.
        ensure("early", image);

        EnsuredSnapshot late = ensure("late", image);

        assertThat(late.outcome()).isEqualTo(Outcome.RECREATED);
        assertThat(late.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
        assertThat(late.push().map(Delivery::blobsCopied)).contains(0);
    }

    private EnsuredSnapshot ensure(String name, ImageSource image) {
        return client.snapshots().ensure(SnapshotSpec.local(name, image), WAIT, SILENT);
    }
}
