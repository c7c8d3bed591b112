package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgressLogTest {
    private final ProgressLog log = new ProgressLog();

    @Test
    void lateReaderGetsEverythingButOutdatedCounts() {
        Story.beginning().forEach(log::onEvent);
        for (int i = 1; i <= 100; i++) {
            log.onEvent(new ProgressEvent.Advanced(2, Story.at(300), i, OptionalLong.empty()));
        }
        log.close();
        assertThat(log.stream())
                .hasSize(Story.beginning().size() + 1)
                .last()
                .isInstanceOfSatisfying(
                        ProgressEvent.Advanced.class, e -> assertThat(e.done()).isEqualTo(100));
        assertThat(log.stream()).as("a second reader").hasSize(Story.beginning().size() + 1);
    }

    @Test
    void readerWaitsForEventsToCome() {
        CompletableFuture<List<ProgressEvent>> reader =
                CompletableFuture.supplyAsync(() -> log.stream().toList());
        Story.beginning().forEach(log::onEvent);
        log.close();
        assertThat(reader.join()).isEqualTo(Story.beginning());
    }

    @Test
    void interruptedReaderIsCancelled() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> log.stream().count()).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
