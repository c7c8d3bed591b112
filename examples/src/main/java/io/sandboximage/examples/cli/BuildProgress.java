package io.sandboximage.examples.cli;

import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressRenderer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows builds as Docker's tools do where programs may read along: {@code plain} and {@code rawjson}. */
public final class BuildProgress implements ProgressRenderer {
    private static final long DRAIN_SECONDS = 2;

    private final Consumer<ProgressEvent> painter;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread daemon = new Thread(work, "sandbox-image build progress");
        daemon.setDaemon(true);
        return daemon;
    });

    private BuildProgress(Consumer<ProgressEvent> painter) {
        this.painter = painter;
    }

    public static ProgressRenderer open(ProgressMode mode, Terminal terminal) {
        return switch (mode.resolve(terminal)) {
            case plain -> new BuildProgress(new StepPrinter(terminal.errors()));
            case rawjson -> new BuildProgress(new StatusJson(terminal.err()));
            default -> mode.open(terminal);
        };
    }

    @Override
    public void onEvent(ProgressEvent event) {
        try {
            thread.execute(() -> painter.accept(event));
        } catch (RejectedExecutionException ignored) {
            // It was closed.
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = Thread.interrupted();
        try {
            if (!thread.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
