package io.sandboximage.depot.build;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.StepMethods;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.core.Build;
import io.sandboximage.depot.internal.proto.core.GetBuildRequest;
import java.util.OptionalInt;

/** How a build is, by {@code depot.core.v1}, which numbers outcomes differently from {@code depot.cli.v1}. */
final class BuildStatus {
    private BuildStatus() {}

    static DepotBuildInfo ask(DepotCalls calls, String buildId) {
        Build build = calls.call(
                        "ask for the status of the build " + buildId,
                        StepMethods.STATUS,
                        GetBuildRequest.newBuilder().setBuildId(buildId).build())
                .getBuild();
        return new DepotBuildInfo(
                build.getBuildId(),
                switch (build.getStatus()) {
                    case STATUS_RUNNING -> DepotBuildInfo.State.RUNNING;
                    case STATUS_SUCCESS -> DepotBuildInfo.State.SUCCEEDED;
                    case STATUS_FAILED, STATUS_ERROR -> DepotBuildInfo.State.FAILED;
                    case STATUS_CANCELED -> DepotBuildInfo.State.CANCELED;
                    case STATUS_UNSPECIFIED, UNRECOGNIZED -> DepotBuildInfo.State.UNKNOWN;
                },
                Times.optional(build.hasCreatedAt(), build.getCreatedAt()),
                Times.optional(build.hasStartedAt(), build.getStartedAt()),
                Times.optional(build.hasFinishedAt(), build.getFinishedAt()),
                build.hasCachedSteps() ? OptionalInt.of(build.getCachedSteps()) : OptionalInt.empty(),
                build.hasTotalSteps() ? OptionalInt.of(build.getTotalSteps()) : OptionalInt.empty());
    }
}
