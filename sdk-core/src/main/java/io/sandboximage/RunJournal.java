package io.sandboximage;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which branches a run has finished, for the next one if this one is broken off. It holds for one image: a run that makes another
 * begins a new page. A run that reaches its end closes the page; the next then asks every place anew, which costs it little.
 * Each entry is on disk before the branch counts as finished. Thread-safe.
 */
final class RunJournal {
    private static final Logger LOG = LoggerFactory.getLogger(RunJournal.class);

    private final @Nullable Path file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Branch.Made> entries = new LinkedHashMap<>();
    private @Nullable Digest image;

    private RunJournal(@Nullable Path file) {
        this.file = file;
    }

    /** A journal that forgets. */
    static RunJournal none() {
        return new RunJournal(null);
    }

    static RunJournal open(Path file) {
        RunJournal journal = new RunJournal(file);
        try {
            JournalText.Page page = JournalText.parse(Files.readAllBytes(file));
            journal.image = page.image();
            journal.entries.putAll(page.entries());
        } catch (NoSuchFileException e) {
            LOG.debug("There is no journal {} yet", file);
        } catch (InvalidContentException e) {
            // Of another version, or somebody's own work: nothing is lost but time.
            LOG.debug("The journal {} is not understood and begins anew", file, e);
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
        return journal;
    }

    /** Turns to the image's page, which is new unless a run of the same image was broken off. */
    void begin(Digest of) {
        change(() -> {
            if (!of.equals(image)) {
                image = of;
                entries.clear();
            }
        });
    }

    /** What a run that was broken off made of the branch. */
    Optional<Branch.Made> find(Branch branch) {
        lock.lock();
        try {
            return Optional.ofNullable(entries.get(key(branch)));
        } finally {
            lock.unlock();
        }
    }

    void add(Branch branch, Branch.Made made) {
        change(() -> entries.put(key(branch), made));
    }

    /** The run has reached its end. */
    void finish() {
        change(() -> {
            image = null;
            entries.clear();
        });
    }

    private void change(Runnable edit) {
        if (file == null) {
            return;
        }
        lock.lock();
        try {
            edit.run();
            AtomicFile.write(file, JournalText.write(new JournalText.Page(image, entries)));
        } finally {
            lock.unlock();
        }
    }

    private static String key(Branch branch) {
        return branch.kind() + " " + branch.spec();
    }
}
