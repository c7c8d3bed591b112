package io.sandboximage.report;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressLines;
import io.sandboximage.progress.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the report of a run when the run ends, however it ends: one HTML file that loads nothing and runs no script. It shows when
 * each step and each step of the build ran, what came from a cache and why as far as known, what was transferred and what was
 * spared, the sizes of the layers, failures with their message, and how it compares with the previous run that succeeded.
 *
 * <pre>{@code
 * SandboxImagePipeline.builder()
 *         …
 *         .progress(BuildReport.to(Path.of("build/report.html")))
 *         .run();
 * }</pre>
 *
 * <p>What the next report needs to know of a run is kept as JSON beside the page, under its name with {@code .last.json} in place of
 * {@code .html}. Both files are replaced in one step each. What looks like a secret is masked, in both.
 *
 * <p>It serves one run after the other, not several at once; each overwrites the page. Thread-safe.
 */
public final class BuildReport implements ProgressListener {
    private static final Logger LOG = LoggerFactory.getLogger(BuildReport.class);
    private static final String HTML = ".html";
    private static final String LAST = ".last.json";

    private final Path page;
    private final Path last;
    private final Set<String> secrets;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReportRun run;
    private @Nullable SandboxImageException problem;

    private BuildReport(Path page, Path last, Set<String> secrets) {
        this.page = page;
        this.last = last;
        this.secrets = Set.copyOf(secrets);
        this.run = new ReportRun(SecretMask.of(this.secrets));
    }

    /** @param page where the HTML goes; its directory is made if it lacks */
    public static BuildReport to(Path page) {
        String name = page.getFileName().toString();
        String stem = name.endsWith(HTML) ? name.substring(0, name.length() - HTML.length()) : name;
        return new BuildReport(page, page.resolveSibling(stem + LAST), Set.of());
    }

    /** A report that keeps what the next one compares with in this file, for instance in the pipeline's state directory. */
    public BuildReport comparingBy(Path file) {
        return new BuildReport(page, file, secrets);
    }

    /** A report that masks these words too, wherever they occur. */
    public BuildReport hiding(Collection<String> moreSecrets) {
        Set<String> all = new HashSet<>(secrets);
        all.addAll(moreSecrets);
        return new BuildReport(page, last, all);
    }

    /**
     * Writes the report of a run from its events as {@link ProgressLines}; of several runs the last. A run whose lines just stop, as
     * those of a killed process do, is shown as far as it came.
     *
     * @throws InvalidContentException if the lines are none, or tell of no run
     * @throws StorageException if the files cannot be written
     */
    public void write(InputStream lines) {
        lock.lock();
        try {
            ProgressLines.read(lines, run::accept);
            if (!run.begun()) {
                throw new InvalidContentException("The events tell of no run: there is no report to write to " + page);
            }
            write();
        } finally {
            lock.unlock();
        }
    }

    /** Writes the report when the event is the end of a run; this takes as long as the disk does. */
    @Override
    public void onEvent(ProgressEvent event) {
        lock.lock();
        try {
            run.accept(event);
            if (event instanceof ProgressEvent.Finished && event.task() == 0 && run.begun()) {
                finish();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why the report of the last run could not be written; nothing where it could. */
    public Optional<SandboxImageException> problem() {
        lock.lock();
        try {
            return Optional.ofNullable(problem);
        } finally {
            lock.unlock();
        }
    }

    private void finish() {
        // A run that was interrupted gets its report like any other; an interrupt would close the file.
        boolean interrupted = Thread.interrupted();
        try {
            problem = null;
            write();
        } catch (SandboxImageException e) {
            problem = e;
            LOG.warn("The build report could not be written: {}", e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write() {
        PreviousRun previous = previous();
        AtomicFile.write(page, ReportPage.of(run, previous));
        if (run.succeeded()) {
            AtomicFile.write(last, PreviousRun.of(run, previous).json());
        }
    }

    private @Nullable PreviousRun previous() {
        try {
            return PreviousRun.parse(Files.readAllBytes(last)).orElse(null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (InvalidContentException e) {
            LOG.debug("{} is not understood and begins anew", last, e);
            return null;
        } catch (IOException e) {
            throw new StorageException("Could not read " + last + ": " + AtomicFile.reason(e), e);
        }
    }
}
