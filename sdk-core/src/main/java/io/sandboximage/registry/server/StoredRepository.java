package io.sandboximage.registry.server;

import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One repository of a store: links to content, tags, and the list of referrers of each subject. */
final class StoredRepository implements RepositoryView {
    private final Repositories repositories;
    private final StorageBackend backend;
    private final String name;

    StoredRepository(Repositories repositories, String name) {
        this.repositories = repositories;
        this.backend = repositories.backend();
        this.name = name;
    }

    @Override
    public List<String> tags() {
        return backend.recordNames(name + "/" + Repositories.TAGS);
    }

    @Override
    public Optional<Digest> resolve(String tag) {
        return backend.record(tagKey(tag)).map(value -> Digest.parse(new String(value, StandardCharsets.US_ASCII)));
    }

    @Override
    public Optional<StoredManifest> manifest(Digest digest) {
        Optional<byte[]> mediaType = backend.record(key(Repositories.MANIFESTS, digest));
        if (mediaType.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = backend.openContent(digest, 0)) {
            return Optional.of(
                    new StoredManifest(digest, new String(mediaType.get(), StandardCharsets.UTF_8), in.readAllBytes()));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // Deleted since the link was read.
        } catch (IOException e) {
            throw new StorageException("Could not read the manifest " + digest + " of " + name + ": " + e, e);
        }
    }

    boolean hasManifest(Digest digest) {
        return backend.hasRecord(key(Repositories.MANIFESTS, digest));
    }

    boolean hasBlob(Digest digest) {
        return backend.hasRecord(key(Repositories.BLOBS, digest));
    }

    @Override
    public Optional<Blob> blob(Digest digest) {
        OptionalLong size = hasBlob(digest) ? backend.contentSize(digest) : OptionalLong.empty();
        return size.isEmpty() ? Optional.empty() : Optional.of(new StoredBlob(backend, digest, size.getAsLong()));
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        List<Descriptor> referrers = new ArrayList<>();
        for (Digest digest : Repositories.digests(backend.recordNames(key(Repositories.REFERRERS, subject)))) {
            manifest(digest)
                    .ifPresent(manifest -> referrers.add(ParsedManifest.parse(manifest.bytes(), manifest.mediaType())
                            .asReferrer(digest, manifest.bytes().length)));
        }
        return referrers;
    }

    /** Stores what the spool holds, verified by the caller, as a blob of this repository. */
    void putBlob(StorageBackend.Spool spool, Digest digest) {
        repositories.locked(digest, () -> {
            backend.adopt(spool, digest);
            backend.putRecord(key(Repositories.BLOBS, digest), new byte[0]);
            return true;
        });
    }

    /** Lets this repository read a blob that another one has; false if the content is gone meanwhile. */
    boolean linkBlob(Digest digest) {
        return repositories.locked(digest, () -> {
            if (backend.contentSize(digest).isEmpty()) {
                return false;
            }
            backend.putRecord(key(Repositories.BLOBS, digest), new byte[0]);
            return true;
        });
    }

    boolean deleteBlob(Digest digest) {
        return unlink(Repositories.BLOBS, digest);
    }

    /** Stores a manifest, whose digest the caller has verified, and then the tag if there is one. */
    void putManifest(Digest digest, ParsedManifest parsed, byte[] bytes, @Nullable String tag) {
        StorageBackend.Spool spool = backend.newSpool();
        try {
            spool.write(bytes, 0, bytes.length);
            repositories.locked(digest, () -> {
                backend.adopt(spool, digest);
                // The referrer first: it counts only while the manifest is there.
                parsed.subject().ifPresent(s -> backend.putRecord(referrerKey(s.digest(), digest), new byte[0]));
                backend.putRecord(
                        key(Repositories.MANIFESTS, digest), parsed.mediaType().getBytes(StandardCharsets.UTF_8));
                return true;
            });
            if (tag != null) {
                backend.putRecord(tagKey(tag), digest.toString().getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new StorageException("Could not store the manifest " + digest + " of " + name + ": " + e, e);
        } finally {
            spool.discard();
        }
    }

    boolean deleteTag(String tag) {
        return backend.removeRecord(tagKey(tag));
    }

    /** Deletes a manifest with the tags that name it. */
    boolean deleteManifest(Digest digest) {
        Optional<StoredManifest> manifest = manifest(digest);
        if (manifest.isEmpty()) {
            return false;
        }
        for (String tag : tags()) {
            if (resolve(tag).filter(digest::equals).isPresent()) {
                deleteTag(tag);
            }
        }
        boolean deleted = unlink(Repositories.MANIFESTS, digest);
        ParsedManifest.parse(manifest.get().bytes(), manifest.get().mediaType())
                .subject()
                .ifPresent(subject -> backend.removeRecord(referrerKey(subject.digest(), digest)));
        return deleted;
    }

    private boolean unlink(String kind, Digest digest) {
        return repositories.locked(digest, () -> {
            boolean removed = backend.removeRecord(key(kind, digest));
            if (removed) {
                repositories.collect(digest);
            }
            return removed;
        });
    }

    private String key(String kind, Digest digest) {
        return name + "/" + kind + "/" + Repositories.linkName(digest);
    }

    private String tagKey(String tag) {
        return name + "/" + Repositories.TAGS + "/" + tag;
    }

    private String referrerKey(Digest subject, Digest referrer) {
        return key(Repositories.REFERRERS, subject) + "/" + Repositories.linkName(referrer);
    }

    private record StoredBlob(StorageBackend backend, Digest digest, long size) implements Blob {
        @Override
        public InputStream open(long offset) throws IOException {
            return backend.openContent(digest, offset);
        }
    }
}
