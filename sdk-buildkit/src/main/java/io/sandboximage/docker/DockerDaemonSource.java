package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.layout.DockerArchive;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An image in an engine. Engines give images out whole or not at all, so the first use saves it to a temporary file, which
 * {@link #close} removes.
 */
final class DockerDaemonSource implements ImageSource {
    private final DockerEngine engine;
    private final String image;
    private final boolean ownsEngine;
    private final ReentrantLock saving = new ReentrantLock();
    private @Nullable ImageSource saved;
    private @Nullable Path file;

    /** @param ownsEngine whether closing this closes the engine */
    DockerDaemonSource(DockerEngine engine, String image, boolean ownsEngine) {
        this.engine = engine;
        this.image = image;
        this.ownsEngine = ownsEngine;
    }

    @Override
    public String name() {
        return DockerDaemonTransport.NAME + ":" + image;
    }

    @Override
    public Descriptor descriptor() {
        return saved().descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return saved().manifest(descriptor);
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return saved().openBlob(descriptor);
    }

    @Override
    public Optional<Path> localBlob(Descriptor descriptor) {
        return saved().localBlob(descriptor);
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return saved().referrers(subject);
    }

    @Override
    public void close() {
        saving.lock();
        try {
            if (saved != null) {
                saved.close();
                saved = null;
            }
            if (file != null) {
                AtomicFile.removeQuietly(file);
                file = null;
            }
            if (ownsEngine) {
                engine.close();
            }
        } finally {
            saving.unlock();
        }
    }

    private ImageSource saved() {
        saving.lock();
        try {
            ImageSource known = saved;
            if (known == null) {
                known = save();
                saved = known;
            }
            return known;
        } finally {
            saving.unlock();
        }
    }

    private ImageSource save() {
        // By ID: a name may move before the engine gets to saving it.
        Digest id = engine.image(image).id();
        Path target;
        try {
            target = Files.createTempFile("sandbox-image-docker-", ".tar");
        } catch (IOException e) {
            throw new StorageException("Could not make a temporary file: " + AtomicFile.reason(e), e);
        }
        boolean done = false;
        try (OutputStream out = Files.newOutputStream(target)) {
            engine.save(id.toString(), out, ProgressTask.silent());
            done = true;
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        } finally {
            if (!done) {
                AtomicFile.removeQuietly(target);
            }
        }
        file = target;
        return DockerArchive.source(target);
    }
}
