package io.sandboximage.registry.server;

import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The manifests and blobs that can be reached from the root of one source. Manifests are read no earlier than a request needs
 * them: a blob that is asked for by digest belongs to the image only if a manifest names it.
 */
final class ServedSource {
    private final ImageSource source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Digest, Descriptor> manifests = new HashMap<>();
    private final Map<Digest, Descriptor> blobs = new HashMap<>();
    private final Deque<Descriptor> unread = new ArrayDeque<>();
    private boolean started;

    ServedSource(ImageSource source) {
        this.source = source;
    }

    Digest root() {
        return source.descriptor().digest();
    }

    Optional<RepositoryView.StoredManifest> manifest(Digest digest) {
        return find(manifests, digest)
                .map(d -> new RepositoryView.StoredManifest(digest, d.mediaType(), source.manifest(d)));
    }

    Optional<RepositoryView.Blob> blob(Digest digest) {
        return find(blobs, digest).map(descriptor -> new SourceBlob(source, descriptor));
    }

    List<Descriptor> referrers(Digest subject) {
        if (find(manifests, subject).isEmpty()) {
            return List.of();
        }
        List<Descriptor> complete = new ArrayList<>();
        for (Descriptor found : source.referrers(subject)) {
            byte[] bytes = source.manifest(found);
            complete.add(ParsedManifest.parse(bytes, found.mediaType()).asReferrer(found.digest(), found.sizeBytes()));
            lock.lock();
            try {
                discovered(found);
            } finally {
                lock.unlock();
            }
        }
        return complete;
    }

    private Optional<Descriptor> find(Map<Digest, Descriptor> known, Digest digest) {
        lock.lock();
        try {
            if (!started) {
                discovered(source.descriptor());
                started = true;
            }
            while (!known.containsKey(digest) && !unread.isEmpty()) {
                read(unread.element());
                unread.remove();
            }
            return Optional.ofNullable(known.get(digest));
        } finally {
            lock.unlock();
        }
    }

    private void read(Descriptor manifest) {
        ParsedManifest parsed;
        try {
            parsed = ParsedManifest.parse(source.manifest(manifest), manifest.mediaType());
        } catch (NotFoundException e) {
            return; // An index may name platforms that this source does not hold.
        }
        parsed.blobs().forEach(blob -> blobs.putIfAbsent(blob.digest(), blob));
        parsed.children().forEach(this::discovered);
    }

    private void discovered(Descriptor manifest) {
        if (manifests.putIfAbsent(manifest.digest(), manifest) == null) {
            unread.add(manifest);
        }
    }

    private record SourceBlob(ImageSource source, Descriptor descriptor) implements RepositoryView.Blob {
        @Override
        public long size() {
            return descriptor.sizeBytes();
        }

        @Override
        public InputStream open(long offset) throws IOException {
            Optional<Path> file = offset == 0 ? Optional.empty() : source.localBlob(descriptor);
            if (file.isPresent()) {
                return Channels.newInputStream(
                        FileChannel.open(file.get(), StandardOpenOption.READ).position(offset));
            }
            InputStream in = source.openBlob(descriptor);
            try {
                in.skipNBytes(offset);
                return in;
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        }
    }
}
