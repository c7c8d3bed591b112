package io.sandboximage.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FairClockTest {
    @Test
    @Timeout(60)
    void goesOnAndIsNeverAheadOfTheWall() throws InterruptedException {
        try (FairClock clock = FairClock.start()) {
            long start = System.nanoTime();
            long moment = clock.now();
            while (clock.since(moment).compareTo(Duration.ofMillis(50)) < 0) {
                Thread.sleep(5);
            }
            assertThat(clock.since(moment)).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
