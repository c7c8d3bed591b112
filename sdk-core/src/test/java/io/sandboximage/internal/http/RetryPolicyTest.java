package io.sandboximage.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private final List<Duration> waits = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();
    private final RetryPolicy policy = RetryPolicy.defaults()
            .withNanoTime(now::get)
            .withRandom(() -> 0.5)
            .withSleeper(wait -> {
                waits.add(wait);
                now.addAndGet(wait.toNanos());
            });

    @Test
    void growsUpToTheCapWithJitter() {
        RetryBudget budget = policy.withMaxAttempts(9).begin("working");

        while (budget.pause(Optional.empty())) {
            assertThat(budget.failures()).isPositive();
        }

        assertThat(waits)
                .extracting(Duration::toMillis)
                .containsExactly(125L, 250L, 500L, 1000L, 2000L, 4000L, 5000L, 5000L);
    }

    @Test
    void waitsAtLeastAsLongAsTheServerAsks() {
        RetryBudget budget = policy.begin("working");

        assertThat(budget.pause(Optional.of(Duration.ofSeconds(20)))).isTrue();

        assertThat(waits).containsExactly(Duration.ofMillis(20_125));
    }

    @Test
    void givesUpWhenTheServerAsksForTooMuch() {
        assertThat(policy.begin("working").pause(Optional.of(Duration.ofSeconds(61))))
                .isFalse();
        assertThat(waits).isEmpty();
    }

    @Test
    void givesUpAtTheDeadline() {
        RetryBudget budget = policy.withMaxAttempts(1000).begin("working");

        int tries = 0;
        while (budget.pause(Optional.of(Duration.ofSeconds(50)))) {
            tries++;
        }

        assertThat(tries).isEqualTo(3);
        assertThat(Duration.ofNanos(now.get())).isLessThan(Duration.ofMinutes(3));
    }

    @Test
    void startsAnewAfterProgress() {
        RetryBudget budget = policy.withMaxAttempts(2).begin("working");
        assertThat(budget.pause(Optional.empty())).isTrue();

        budget.progressed();

        assertThat(budget.pause(Optional.empty())).isTrue();
        assertThat(budget.pause(Optional.empty())).isFalse();
    }

    @Test
    void endsWhenInterrupted() {
        RetryPolicy interrupted = policy.withSleeper(wait -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(() -> interrupted.begin("working").pause(Optional.empty()))
                .isInstanceOf(CancelledException.class)
                .hasMessage("Cancelled while working");
        assertThat(Thread.interrupted()).isTrue();
    }
}
