package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.SandboxRef;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotRef;

/** How requests name things. */
final class Refs {
    private Refs() {}

    static SandboxRef sandbox(String id) {
        return SandboxRef.newBuilder().setId(id).build();
    }

    static SnapshotRef snapshot(String id) {
        return SnapshotRef.newBuilder().setId(id).build();
    }
}
