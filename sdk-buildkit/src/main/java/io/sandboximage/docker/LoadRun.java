package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;

/** One load: compare, transfer, verify, name. */
final class LoadRun {
    private final DockerLoader loader;
    private final DockerEngine engine;
    private final ImageSource source;
    private final ProgressTask progress;
    private final Stopwatch watch = new Stopwatch();
    private final StringJoiner reason = new StringJoiner("; ");

    LoadRun(DockerLoader loader, ImageSource source, ProgressTask progress) {
        this.loader = loader;
        this.engine = loader.engine();
        this.source = source;
        this.progress = progress;
    }

    LoadReport run() {
        Candidate candidate = Candidate.of(source, loader::wantedPlatform);
        ImageStoreKind store = engine.info().imageStore();
        Digest id = candidate.id(store);
        try (EngineContents contents = EngineContents.of(engine, candidate, store)) {
            if (contents.nameIfWhole(loader.tags())) {
                watch.compared();
                return report(candidate, id, LoadStrategy.SKIP, new Transfer.Sent(0, 0), "the engine has the image");
            }
            LoadLeftovers leftovers = new LoadLeftovers(
                    engine, id, engine.findImage(id.toString()).isPresent());
            List<Transfer> transfers = new LoadPlan(loader, candidate, store, leftovers).transfers(contents);
            watch.compared();
            return tryEach(candidate, id, transfers, contents, leftovers);
        }
    }

    private LoadReport tryEach(
            Candidate candidate,
            Digest id,
            List<Transfer> transfers,
            EngineContents contents,
            LoadLeftovers leftovers) {
        Deque<Transfer> left = new ArrayDeque<>(transfers);
        List<SandboxImageException> failures = new ArrayList<>();
        boolean repeated = false;
        while (!left.isEmpty()) {
            Transfer transfer = left.remove();
            try {
                Transfer.Sent sent = transfer.run(progress);
                watch.transferred();
                if (!contents.wholeAfter(sent)) {
                    throw lost(id, transfer.strategy());
                }
                name(id, transfer.strategy());
                reason.add(transfer.reason());
                return report(candidate, id, transfer.strategy(), sent, reason.toString());
            } catch (CancelledException e) {
                leftovers.remove();
                throw e;
            } catch (SandboxImageException e) {
                leftovers.remove();
                failures.add(e);
                if (e instanceof StorageException) {
                    break; // A full disk has no room for the other strategies either.
                }
                tell(transfer, e);
                if (!repeated && EngineReturn.awaitAfter(engine, e)) {
                    repeated = true;
                    left.addFirst(transfer);
                }
            } finally {
                transfer.finish();
            }
        }
        throw failure(failures);
    }

    private void tell(Transfer transfer, SandboxImageException failure) {
        String text = transfer.strategy() + " failed: " + failure.getMessage();
        reason.add(text);
        if (transfer.strategy() == LoadStrategy.LOOPBACK_PULL) {
            progress.info(text); // Engines in virtual machines cannot reach us: that is no reason to worry anybody.
        } else {
            progress.warn(text);
        }
    }

    private void name(Digest id, LoadStrategy strategy) {
        try {
            loader.tags().forEach(tag -> engine.tagImage(id, tag));
        } catch (NotFoundException e) {
            throw lost(id, strategy);
        }
        watch.named();
    }

    private IntegrityException lost(Digest id, LoadStrategy strategy) {
        return new IntegrityException("After the " + strategy + " of " + source.name() + " the Docker engine at "
                + engine.host() + " does not have all of the image " + id
                + ": it made another one of what it got, or something was removed meanwhile");
    }

    private SandboxImageException failure(List<SandboxImageException> failures) {
        if (failures.isEmpty()) {
            return new InvalidRequestException("Could not load " + source.name() + " into the Docker engine at "
                    + engine.host() + ": none of the allowed strategies can be used with it");
        }
        SandboxImageException last = failures.get(failures.size() - 1);
        failures.subList(0, failures.size() - 1).forEach(last::addSuppressed);
        return last;
    }

    private LoadReport report(Candidate candidate, Digest id, LoadStrategy strategy, Transfer.Sent sent, String why) {
        return new LoadReport(
                id,
                candidate.image().descriptor(),
                loader.tags().stream().map(ImageReference::familiar).toList(),
                strategy,
                why,
                sent.layers(),
                candidate.layerCount() - sent.layers(),
                sent.bytes(),
                watch.timings());
    }

    private static final class Stopwatch {
        private long last = System.nanoTime();
        private Duration comparison = Duration.ZERO;
        private Duration transfer = Duration.ZERO;
        private Duration naming = Duration.ZERO;

        void compared() {
            comparison = comparison.plus(lap());
        }

        void transferred() {
            transfer = transfer.plus(lap());
        }

        void named() {
            naming = naming.plus(lap());
        }

        LoadReport.Timings timings() {
            return new LoadReport.Timings(comparison, transfer, naming);
        }

        private Duration lap() {
            long now = System.nanoTime();
            Duration lap = Duration.ofNanos(now - last);
            last = now;
            return lap;
        }
    }
}
