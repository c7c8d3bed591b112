package io.sandboximage.registry;

import io.sandboximage.ImageSource;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A repository as the goal of a copy; tags move last. */
final class RegistryDestination implements ContentDestination {
    private final ImageReference reference;
    private final List<String> tags;
    private final Repository repository;
    /** Uploads that the registry began when it could not mount. */
    private final Map<Digest, UploadSession> begun = new ConcurrentHashMap<>();

    /** @param tags to set; where there is none the image is pushed by digest alone */
    RegistryDestination(ImageReference reference, List<String> tags, Repository repository) {
        this.reference = reference;
        this.tags = List.copyOf(tags);
        this.repository = repository;
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
        return repository.blobs().exists(blob.digest(), repository.routes().push());
    }

    @Override
    public boolean mountBlob(Descriptor blob, ImageSource from) {
        if (!(from.origin() instanceof RegistrySource source)
                || !source.reference().registry().equals(reference.registry())
                || source.reference().repository().equals(reference.repository())) {
            return false;
        }
        Blobs.Mount mount =
                repository.blobs().tryMount(blob.digest(), source.reference().repository());
        mount.session().ifPresent(session -> begun.put(blob.digest(), session));
        return mount.mounted();
    }

    @Override
    public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
        Optional<UploadSession> session = Optional.ofNullable(begun.remove(blob.digest()));
        repository.blobs().upload(blob, () -> from.openBlob(blob), progress, session);
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return repository
                .manifests()
                .head(manifest.digest().toString(), repository.routes().push())
                .isPresent();
    }

    @Override
    public void putManifest(Descriptor manifest, byte[] bytes) {
        repository.manifests().put(manifest.digest().toString(), manifest.mediaType(), bytes);
    }

    @Override
    public void commit(Descriptor root, byte[] bytes) {
        Optional<Digest> wanted = reference.digest();
        if (wanted.isPresent() && !wanted.get().equals(root.digest())) {
            throw new IntegrityException("Could not push to " + reference + ": the image has the digest "
                    + root.digest() + ". Push by tag, or the image that the digest names");
        }
        if (tags.isEmpty()) {
            putManifest(root, bytes);
        }
        for (String tag : tags) {
            repository.manifests().put(tag, root.mediaType(), bytes);
        }
    }

    @Override
    public void close() {
        begun.values().forEach(new UploadRequests(repository.routes())::cancel);
        begun.clear();
    }
}
