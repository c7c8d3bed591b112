package io.sandboximage.daytona;

import io.sandboximage.ImageSource;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.daytona.internal.Api;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.ContentDestination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A place in the transient registry whose access ends while a long push goes on. Before each blob it is renewed if it will soon end, and
 * once more when the registry refuses it all the same; what was pushed with the old access stays.
 */
final class RenewingDestination implements ContentDestination {
    /** A blob that begins with less than this left gets new access first. */
    private static final Duration MARGIN = Duration.ofMinutes(10);

    private final Api api;
    private final Optional<String> region;
    private final Predicate<String> plainHttp;
    private final String repository;
    private final String tag;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<RegistryClient> clients = new ArrayList<>();
    private Session current;

    RenewingDestination(Api api, Optional<String> region, Predicate<String> plainHttp, String repository, String tag) {
        this.api = api;
        this.region = region;
        this.plainHttp = plainHttp;
        this.repository = repository;
        this.tag = tag;
        this.current = open(PushAccess.request(api, region));
    }

    private record Session(PushAccess access, ImageReference reference, ContentDestination destination) {}

    ImageReference reference() {
        return session().reference();
    }

    @Override
    public String name() {
        return reference().toString();
    }

    @Override
    public void prepare(List<Descriptor> blobs, List<Descriptor> manifests) {
        fresh().prepare(blobs, manifests);
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
        return fresh().hasBlob(blob);
    }

    @Override
    public boolean mountBlob(Descriptor blob, ImageSource from) {
        return fresh().mountBlob(blob, from);
    }

    @Override
    public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
        fresh().putBlob(blob, from, progress);
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return fresh().hasManifest(manifest);
    }

    @Override
    public void putManifest(Descriptor manifest, byte[] bytes) {
        fresh().putManifest(manifest, bytes);
    }

    @Override
    public void commit(Descriptor root, byte[] bytes) {
        fresh().commit(root, bytes);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            clients.forEach(RegistryClient::close);
        } finally {
            lock.unlock();
        }
    }

    private Session session() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    private ContentDestination fresh() {
        Session seen = session();
        return (endsSoon(seen.access()) ? renewed(seen) : seen).destination();
    }

    private boolean endsSoon(PushAccess access) {
        return api.pace().now().plus(MARGIN).isAfter(access.expiresAt());
    }

    /** New access, unless another thread has just got it. */
    private Session renewed(Session old) {
        lock.lock();
        try {
            if (current.equals(old)) {
                PushAccess access = PushAccess.request(api, region);
                if (!access.registry().equals(old.access().registry())
                        || !access.project().equals(old.access().project())) {
                    throw new UnavailableException(
                            "Daytona moved its registry from " + old.access().registry() + "/"
                                    + old.access().project() + " to " + access.registry() + "/" + access.project()
                                    + " in the middle of a push. Push again");
                }
                current = open(access);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private Session open(PushAccess access) {
        ImageReference reference =
                new ImageReference(access.registry(), access.path(repository), Optional.of(tag), Optional.empty());
        AtomicBoolean asked = new AtomicBoolean();
        RegistryClient client = RegistryClient.builder()
                .credentials(host -> Optional.of(
                        host.equals(access.registry())
                                ? credentials(access, asked.getAndSet(true))
                                : Credentials.anonymous()))
                .plainHttp(plainHttp)
                .build();
        clients.add(client);
        return new Session(access, reference, client.destination(reference, List.of()));
    }

    /** @param again whether the registry refused what it got first */
    private Credentials credentials(PushAccess access, boolean again) {
        return again ? PushAccess.request(api, region).credentials() : access.credentials();
    }
}
