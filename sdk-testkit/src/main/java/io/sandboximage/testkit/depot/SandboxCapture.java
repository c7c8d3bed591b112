package io.sandboximage.testkit.depot;

import io.sandboximage.depot.internal.proto.sandbox.Snapshot;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotStatus;
import io.sandboximage.image.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A copy of a sandbox's root. Thread-safe. */
final class SandboxCapture {
    private final String id;
    private final String sandbox;
    private final Optional<String> name;
    private final Path root;
    private final AtomicInteger pollsLeft;
    private final Optional<String> failure;
    private final Instant createdAt = Instant.now();

    SandboxCapture(String id, String sandbox, Optional<String> name, Path root, int polls, Optional<String> failure) {
        this.id = id;
        this.sandbox = sandbox;
        this.name = name;
        this.root = root;
        this.pollsLeft = new AtomicInteger(polls);
        this.failure = failure;
    }

    String id() {
        return id;
    }

    String sandbox() {
        return sandbox;
    }

    Path root() {
        return root;
    }

    void look() {
        pollsLeft.decrementAndGet();
    }

    private SnapshotStatus status() {
        if (pollsLeft.get() > 0) {
            return SnapshotStatus.SNAPSHOT_STATUS_CAPTURING;
        }
        return failure.isPresent() ? SnapshotStatus.SNAPSHOT_STATUS_FAILED : SnapshotStatus.SNAPSHOT_STATUS_READY;
    }

    private String reference() {
        return EmulatorState.ORGANIZATION + ".registry.depot.example.com/snapshots@"
                + Digest.sha256(id.getBytes(StandardCharsets.UTF_8));
    }

    boolean isReadyAs(String reference) {
        return status() == SnapshotStatus.SNAPSHOT_STATUS_READY && reference().equals(reference);
    }

    boolean capturing() {
        return status() == SnapshotStatus.SNAPSHOT_STATUS_CAPTURING;
    }

    Path bootable() {
        if (status() != SnapshotStatus.SNAPSHOT_STATUS_READY) {
            throw new RpcFault("failed_precondition", "snapshot is not ready");
        }
        return root;
    }

    Snapshot describe() {
        Snapshot.Builder described = Snapshot.newBuilder()
                .setSnapshotId(id)
                .setOrganizationId(EmulatorState.ORGANIZATION)
                .setSourceSandboxId(sandbox)
                .setStatus(status())
                .setCreatedAt(BuildEndpoint.time(createdAt));
        name.ifPresent(described::setName);
        switch (status()) {
            case SNAPSHOT_STATUS_READY -> described.setImageRef(reference()).setSizeBytes(1);
            case SNAPSHOT_STATUS_FAILED -> described.setErrorMessage(failure.orElse(""));
            default -> {}
        }
        return described.build();
    }
}
