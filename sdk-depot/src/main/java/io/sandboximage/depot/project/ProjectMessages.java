package io.sandboximage.depot.project;

import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.core.GetUsageResponse;
import io.sandboximage.depot.internal.proto.core.Project;
import java.time.Duration;
import java.util.Optional;

/** Between the messages of the services and the values of this package. */
final class ProjectMessages {
    private static final long GIB = 1L << 30;

    private ProjectMessages() {}

    static DepotProject of(Project project) {
        return new DepotProject(
                project.getProjectId(),
                project.getOrganizationId(),
                project.getName(),
                project.getRegionId(),
                Times.of(project.getCreatedAt()),
                of(project.getCachePolicy()),
                of(project.getHardware()));
    }

    private static CachePolicy of(io.sandboximage.depot.internal.proto.core.CachePolicy policy) {
        // Older clients say the size in bytes.
        long gb = policy.getKeepGb() > 0 ? policy.getKeepGb() : policy.getKeepBytes() / GIB;
        return new CachePolicy((int) Math.min(Math.max(0, gb), Integer.MAX_VALUE), Math.max(0, policy.getKeepDays()));
    }

    static io.sandboximage.depot.internal.proto.core.CachePolicy of(CachePolicy policy) {
        return io.sandboximage.depot.internal.proto.core.CachePolicy.newBuilder()
                .setKeepGb(policy.keepGb())
                .setKeepDays(policy.keepDays())
                .build();
    }

    private static Optional<Hardware> of(io.sandboximage.depot.internal.proto.core.Hardware hardware) {
        return switch (hardware) {
            case HARDWARE_4X4 -> Optional.of(Hardware.CPU_4_MEMORY_4);
            case HARDWARE_8X8 -> Optional.of(Hardware.CPU_8_MEMORY_8);
            case HARDWARE_8X16 -> Optional.of(Hardware.CPU_8_MEMORY_16);
            case HARDWARE_16X32 -> Optional.of(Hardware.CPU_16_MEMORY_32);
            case HARDWARE_32X64 -> Optional.of(Hardware.CPU_32_MEMORY_64);
            case HARDWARE_64X128 -> Optional.of(Hardware.CPU_64_MEMORY_128);
            case HARDWARE_96X192 -> Optional.of(Hardware.CPU_96_MEMORY_192);
            case HARDWARE_192X384 -> Optional.of(Hardware.CPU_192_MEMORY_384);
            case HARDWARE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    static io.sandboximage.depot.internal.proto.core.Hardware of(Hardware hardware) {
        return switch (hardware) {
            case CPU_4_MEMORY_4 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_4X4;
            case CPU_8_MEMORY_8 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_8X8;
            case CPU_8_MEMORY_16 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_8X16;
            case CPU_16_MEMORY_32 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_16X32;
            case CPU_32_MEMORY_64 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_32X64;
            case CPU_64_MEMORY_128 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_64X128;
            case CPU_96_MEMORY_192 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_96X192;
            case CPU_192_MEMORY_384 -> io.sandboximage.depot.internal.proto.core.Hardware.HARDWARE_192X384;
        };
    }

    static TrustPolicy of(io.sandboximage.depot.internal.proto.core.TrustPolicy policy) {
        TrustedCi ci =
                switch (policy.getProviderCase()) {
                    case GITHUB ->
                        new TrustedCi.GitHub(
                                policy.getGithub().getRepositoryOwner(),
                                policy.getGithub().getRepository());
                    case CIRCLECI ->
                        new TrustedCi.CircleCi(
                                policy.getCircleci().getOrganizationUuid(),
                                policy.getCircleci().getProjectUuid());
                    case BUILDKITE ->
                        new TrustedCi.Buildkite(
                                policy.getBuildkite().getOrganizationSlug(),
                                policy.getBuildkite().getPipelineSlug());
                    case PROVIDER_NOT_SET -> new TrustedCi.Other();
                };
        return new TrustPolicy(policy.getTrustPolicyId(), ci);
    }

    static ProjectUsage of(io.sandboximage.depot.internal.proto.core.ProjectUsage usage) {
        return new ProjectUsage(
                usage.getProjectId(),
                usage.getBuildCount(),
                Duration.ofSeconds(usage.getBuildDurationSeconds()),
                usage.getLayerCacheSizeGb());
    }

    static OrganizationUsage of(GetUsageResponse usage) {
        return new OrganizationUsage(
                Times.of(usage.getPeriodStart()),
                Times.of(usage.getPeriodEnd()),
                usage.getContainerBuildList().stream()
                        .map(u -> new OrganizationUsage.Builds(
                                u.getProjectName(), u.getBuildCount(), u.getMinutesSaved(), u.getMinutesBilled()))
                        .toList(),
                usage.getGithubActionsJobsList().stream()
                        .map(u -> new OrganizationUsage.Jobs(
                                u.getRepo(),
                                u.getTotal().getJobCount(),
                                u.getTotal().getMinutesElapsed(),
                                u.getTotal().getMinutesBilled()))
                        .toList(),
                usage.getStorageList().stream()
                        .map(u -> new OrganizationUsage.Storage(u.getStorageType(), u.getTotalGb()))
                        .toList(),
                usage.getAgentSandboxList().stream()
                        .map(u -> new OrganizationUsage.AgentSandboxes(
                                u.getAgentType(), u.getSandboxesCount(), u.getMinutesElapsed(), u.getMinutesBilled()))
                        .toList(),
                usage.getComputeSandboxList().stream()
                        .map(u -> new OrganizationUsage.ComputeSandboxes(
                                u.getRateCode(), u.getSandboxesCount(), u.getVcpuSeconds()))
                        .toList());
    }
}
