package io.sandboximage.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void jsonLinesTellEverything() {
        try (ProgressRenderer renderer = Progress.jsonLines(bytes)) {
            Stream.of(Story.beginning(), Story.middle(), Story.end())
                    .flatMap(List::stream)
                    .filter(e -> e.task() == 0 || e.task() == 2)
                    .forEach(renderer::onEvent);
        }
        assertThat(text().lines())
                .containsExactly(
                        "{\"event\":\"started\",\"task\":0,\"at\":\"2026-01-01T00:00:00Z\",\"schema\":1,\"label\":\"pipeline\","
                                + "\"unit\":\"steps\"}",
                        "{\"event\":\"started\",\"task\":2,\"at\":\"2026-01-01T00:00:00.200Z\",\"parent\":1,"
                                + "\"label\":\"copy layer 0123456789ab\",\"unit\":\"bytes\",\"total\":12582912}",
                        "{\"event\":\"advanced\",\"task\":2,\"at\":\"2026-01-01T00:00:10.300Z\",\"done\":3145728,"
                                + "\"total\":12582912}",
                        "{\"event\":\"message\",\"task\":2,\"at\":\"2026-01-01T00:00:10.400Z\",\"level\":\"warning\","
                                + "\"text\":\"connection reset, resuming\"}",
                        "{\"event\":\"finished\",\"task\":2,\"at\":\"2026-01-01T00:00:12Z\",\"outcome\":\"done\","
                                + "\"detail\":\"\",\"done\":12582912}",
                        "{\"event\":\"finished\",\"task\":0,\"at\":\"2026-01-01T00:01:12.200Z\",\"outcome\":\"failed\","
                                + "\"detail\":\"disk full\",\"done\":0}");
    }

    @Test
    void everythingIsWrittenWhenTheRootEndsAlsoWithoutClose() {
        ProgressRenderer renderer = Progress.plain(new PrintStream(bytes, false, StandardCharsets.UTF_8));
        Stream.of(Story.beginning(), Story.middle(), Story.end())
                .flatMap(List::stream)
                .forEach(renderer::onEvent);
        assertThat(text()).endsWith("pipeline: 1 min 12 s" + System.lineSeparator());
    }

    @Test
    void oneRendererServesOneRunAfterTheOther() {
        ProgressRenderer renderer = Progress.plain(new PrintStream(bytes, false, StandardCharsets.UTF_8));
        for (int run = 0; run < 3; run++) {
            try (ProgressTask root = ProgressTask.root(renderer, "run " + run)) {
                root.done();
            }
        }
        assertThat(text().lines()).hasSize(3).last().asString().contains("run 2");
    }

    @Test
    void stuckStreamDoesNotHoldUpTheWork() {
        CountDownLatch never = new CountDownLatch(1);
        OutputStream stuck = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        };
        ProgressRenderer renderer = Progress.jsonLines(stuck);
        ProgressTask root = ProgressTask.root(renderer, "root");
        for (int i = 0; i < 100_000; i++) {
            root.info("message " + i);
        }
        // Returns after the two seconds that the end of a run waits at most.
        root.done();
        never.countDown();
    }

    @Test
    void brokenStreamIsForgiven() {
        ProgressRenderer renderer = Progress.jsonLines(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        });
        ProgressTask root = ProgressTask.root(renderer, "root");
        root.info("hello");
        root.done();
        renderer.close();
    }

    @Test
    void barsAreRedrawnWhileNothingHappens() throws InterruptedException {
        CountDownLatch frames = new CountDownLatch(4);
        ProgressRenderer renderer = Progress.bars(new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void flush() {
                frames.countDown();
            }
        });
        ProgressTask root = ProgressTask.root(renderer, "root");
        frames.await();
        root.done();
    }

    @Test
    void combinedListenersAreKeptFromEachOthersFailures() {
        List<ProgressEvent> seen = new CopyOnWriteArrayList<>();
        ProgressListener both = Progress.combine(
                event -> {
                    throw new IllegalStateException("careless");
                },
                seen::add);
        ProgressTask.root(both, "root").done();
        assertThat(seen).hasSize(2);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
