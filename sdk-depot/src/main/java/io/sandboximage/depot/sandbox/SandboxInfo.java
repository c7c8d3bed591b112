package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.sandbox.Resources;
import io.sandboximage.depot.internal.proto.sandbox.Runtime;
import io.sandboximage.depot.internal.proto.sandbox.Sandbox;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What Depot says of a sandbox at one point in time.
 *
 * @param expiresAt when Depot ends it
 * @param vcpus processors, where Depot tells
 * @param image the image that it booted from, where it did
 * @param snapshot id of the snapshot that it booted from, where it did
 * @param exitCode of its first process, once that has ended
 * @param errorMessage why it failed
 * @param environment may hold secrets; {@link #toString()} shows only the names
 */
public record SandboxInfo(
        String id,
        String organization,
        Optional<String> name,
        SandboxStatus status,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> stoppedAt,
        Optional<Instant> expiresAt,
        OptionalInt vcpus,
        OptionalInt memoryMb,
        OptionalInt diskGb,
        Optional<String> image,
        Optional<String> snapshot,
        Optional<Duration> cpuTime,
        OptionalInt exitCode,
        Optional<String> errorMessage,
        Map<String, String> environment) {
    public SandboxInfo {
        environment = Map.copyOf(environment);
    }

    static SandboxInfo of(Sandbox sandbox) {
        Resources resources = sandbox.getResources();
        Runtime runtime = sandbox.getRuntime();
        return new SandboxInfo(
                sandbox.getSandboxId(),
                sandbox.getOrganizationId(),
                sandbox.hasName() ? Optional.of(sandbox.getName()) : Optional.empty(),
                SandboxStatus.of(sandbox),
                Times.of(sandbox.getCreatedAt()),
                Times.optional(sandbox.hasStartedAt(), sandbox.getStartedAt()),
                Times.optional(sandbox.hasStoppedAt(), sandbox.getStoppedAt()),
                Times.optional(sandbox.hasExpiresAt(), sandbox.getExpiresAt()),
                number(resources.hasVcpus(), resources.getVcpus()),
                number(resources.hasMemoryMb(), resources.getMemoryMb()),
                number(resources.hasDiskGb(), resources.getDiskGb()),
                runtime.hasImageRef() ? Optional.of(runtime.getImageRef()) : Optional.empty(),
                runtime.hasSnapshot() ? Optional.of(runtime.getSnapshot().getId()) : Optional.empty(),
                sandbox.hasActiveCpuUsageMs()
                        ? Optional.of(Duration.ofMillis(sandbox.getActiveCpuUsageMs()))
                        : Optional.empty(),
                number(sandbox.hasExitCode(), sandbox.getExitCode()),
                sandbox.hasErrorMessage() ? Optional.of(sandbox.getErrorMessage()) : Optional.empty(),
                sandbox.getEnvMap());
    }

    private static OptionalInt number(boolean present, int value) {
        return present ? OptionalInt.of(value) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return "SandboxInfo[id=" + id + ", name=" + name.orElse("") + ", status=" + status + ", createdAt=" + createdAt
                + ", environment=" + new TreeMap<>(environment).keySet() + "]";
    }
}
