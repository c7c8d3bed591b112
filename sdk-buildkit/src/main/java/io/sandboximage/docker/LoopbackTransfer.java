package io.sandboximage.docker;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.registry.server.RegistryServer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Lets the engine pull by digest from a registry in this process, under a repository name that nobody else has. Docker trusts
 * 127.0.0.0/8 without being told; whether the engine's loopback is this one, it is asked first.
 */
record LoopbackTransfer(DockerEngine engine, Candidate candidate, AtomicReference<@Nullable ImageReference> pulled)
        implements Transfer {
    private static final String TAG = "load";

    LoopbackTransfer(DockerEngine engine, Candidate candidate) {
        this(engine, candidate, new AtomicReference<>());
    }

    @Override
    public LoadStrategy strategy() {
        return LoadStrategy.LOOPBACK_PULL;
    }

    @Override
    public String reason() {
        return "the engine can reach this process over loopback";
    }

    @Override
    public Sent run(ProgressTask progress) {
        String repository = "sandbox-image/" + UUID.randomUUID();
        long total = candidate.layers().stream()
                .mapToLong(layer -> layer.descriptor().sizeBytes())
                .sum();
        String label = "serve " + candidate.source().name() + " to " + engine.host();
        try (ProgressTask task = progress.child(label, ProgressUnit.BYTES, total)) {
            CountingSource served = new CountingSource(candidate, task);
            try (RegistryServer server = RegistryServer.builder()
                            .serve(repository, TAG, served)
                            .readOnly()
                            .start();
                    PlainHttpDoor door = PlainHttpDoor.before(new InetSocketAddress(
                            server.url().getHost(), server.url().getPort()))) {
                ImageReference name =
                        new ImageReference(door.address(), repository, Optional.of(TAG), Optional.empty());
                Digest digest = candidate.image().descriptor().digest();
                Optional<Digest> seen = engine.remoteDigest(name);
                if (!seen.equals(Optional.of(digest))) {
                    throw new NotFoundException("The Docker engine at " + engine.host() + " cannot reach "
                            + door.address() + ": it runs on another machine or in another network namespace");
                }
                pulled.set(name.withDigest(digest));
                engine.pull(name.withDigest(digest), Map.of(), task);
            }
            task.done();
            return new Sent(served.layers(), served.bytes());
        }
    }

    @Override
    public void finish() {
        ImageReference name = pulled.get();
        if (name != null) {
            PulledName.remove(engine, name);
        }
    }
}
