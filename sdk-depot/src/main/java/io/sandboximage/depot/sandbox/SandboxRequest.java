package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.Resources;
import io.sandboximage.depot.internal.proto.sandbox.Runtime;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotRef;
import io.sandboximage.error.InvalidRequestException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a new sandbox is to be. Immutable; what is not said is for Depot to choose.
 *
 * @param image reference of the image that it boots from
 * @param snapshot id of the snapshot that it boots from, instead of an image
 * @param timeout after which Depot ends it, counted from its creation; in whole minutes, rounded up
 */
public record SandboxRequest(
        Optional<String> name,
        Optional<String> image,
        Optional<String> snapshot,
        Map<String, String> environment,
        OptionalInt vcpus,
        OptionalInt memoryMb,
        OptionalInt diskGb,
        Optional<Duration> timeout) {

    /** @throws InvalidRequestException if it contradicts itself, or a value is not possible */
    public SandboxRequest {
        environment = EnvironmentNames.checked(environment);
        if (image.isPresent() && snapshot.isPresent()) {
            throw new InvalidRequestException("A sandbox boots from the image " + image.get() + " or from the snapshot "
                    + snapshot.get() + ", not from both: give one");
        }
        positive(vcpus, "vCPUs");
        positive(memoryMb, "MB of memory");
        positive(diskGb, "GB of disk");
        timeout.ifPresent(SandboxRequest::minutes);
    }

    /** Depot's defaults throughout. */
    public static SandboxRequest defaults() {
        return new SandboxRequest(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    public SandboxRequest name(String newName) {
        return new SandboxRequest(Optional.of(newName), image, snapshot, environment, vcpus, memoryMb, diskGb, timeout);
    }

    public SandboxRequest image(String reference) {
        return new SandboxRequest(
                name, Optional.of(reference), snapshot, environment, vcpus, memoryMb, diskGb, timeout);
    }

    public SandboxRequest snapshot(String id) {
        return new SandboxRequest(name, image, Optional.of(id), environment, vcpus, memoryMb, diskGb, timeout);
    }

    /** Sets a variable for all commands in it. */
    public SandboxRequest env(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new SandboxRequest(name, image, snapshot, more, vcpus, memoryMb, diskGb, timeout);
    }

    public SandboxRequest resources(int newVcpus, int newMemoryMb, int newDiskGb) {
        return new SandboxRequest(
                name,
                image,
                snapshot,
                environment,
                OptionalInt.of(newVcpus),
                OptionalInt.of(newMemoryMb),
                OptionalInt.of(newDiskGb),
                timeout);
    }

    public SandboxRequest timeout(Duration limit) {
        return new SandboxRequest(name, image, snapshot, environment, vcpus, memoryMb, diskGb, Optional.of(limit));
    }

    /** Only fields that all published revisions of the contract agree on, and the timeout of the newer ones. */
    CreateSandboxRequest wire() {
        CreateSandboxRequest.Builder request = CreateSandboxRequest.newBuilder().putAllEnv(environment);
        name.ifPresent(request::setName);
        image.ifPresent(reference -> request.setRuntime(Runtime.newBuilder().setImageRef(reference)));
        snapshot.ifPresent(id -> request.setRuntime(
                Runtime.newBuilder().setSnapshot(SnapshotRef.newBuilder().setId(id))));
        if (vcpus.isPresent() || memoryMb.isPresent() || diskGb.isPresent()) {
            Resources.Builder resources = Resources.newBuilder();
            vcpus.ifPresent(resources::setVcpus);
            memoryMb.ifPresent(resources::setMemoryMb);
            diskGb.ifPresent(resources::setDiskGb);
            request.setResources(resources);
        }
        timeout.ifPresent(limit -> request.setTimeoutMinutes(minutes(limit)));
        return request.build();
    }

    /** Whole minutes, rounded up. */
    static int minutes(Duration limit) {
        long minutes = limit.plusMinutes(1).minusNanos(1).toMinutes();
        if (limit.isNegative() || limit.isZero() || minutes > Integer.MAX_VALUE) {
            throw new InvalidRequestException("A sandbox cannot have a timeout of " + limit
                    + ": it must be positive, and at most " + Integer.MAX_VALUE + " minutes");
        }
        return (int) minutes;
    }

    private static void positive(OptionalInt value, String what) {
        if (value.isPresent() && value.getAsInt() < 1) {
            throw new InvalidRequestException("A sandbox with " + value.getAsInt() + " " + what + " is not possible");
        }
    }

    @Override
    public String toString() {
        return "SandboxRequest[name=" + name.orElse("") + ", image=" + image.orElse("") + ", snapshot="
                + snapshot.orElse("") + ", environment=" + environment.keySet() + ", timeout=" + timeout + "]";
    }
}
