package io.sandboximage.depot.build;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.Pages;
import io.sandboximage.depot.internal.client.StepMethods;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.build.BuildStep;
import io.sandboximage.depot.internal.proto.build.GetBuildStepLogsRequest;
import io.sandboximage.depot.internal.proto.build.GetBuildStepLogsResponse;
import io.sandboximage.depot.internal.proto.build.GetBuildStepsRequest;
import io.sandboximage.depot.internal.proto.build.GetBuildStepsResponse;
import io.sandboximage.depot.internal.proto.cli.Build;
import io.sandboximage.depot.internal.proto.cli.GetBuildRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildResponse;
import io.sandboximage.depot.internal.proto.cli.ListBuildsRequest;
import io.sandboximage.depot.internal.proto.cli.ListBuildsResponse;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The builds of an organization's projects. Thread-safe; close it to free the connection. */
public final class DepotBuilds implements AutoCloseable {
    private final DepotCalls calls;

    DepotBuilds(DepotCalls calls) {
        this.calls = calls;
    }

    public static DepotBuilds of(DepotAccess access) {
        return new DepotBuilds(DepotCalls.open(access));
    }

    /**
     * A build by its id.
     *
     * @throws io.sandboximage.error.NotFoundException if there is none for this token
     */
    public DepotBuildHandle get(String buildId) {
        GetBuildResponse answer = calls.call(
                "find the build " + buildId,
                BuildMethods.GET,
                GetBuildRequest.newBuilder().setBuildId(buildId).build());
        return new DepotBuildHandle(this, buildId, answer.getProjectId(), url(answer.getBuildUrl()));
    }

    /** A project's builds, the newest first. */
    public List<DepotBuildInfo> list(String projectId) {
        String what = "list the builds of the project " + projectId;
        return Pages.byToken(what, page -> {
            ListBuildsResponse answer = calls.call(
                    what,
                    BuildMethods.LIST,
                    ListBuildsRequest.newBuilder()
                            .setProjectId(projectId)
                            .setPageSize(Pages.SIZE)
                            .setPageToken(page)
                            .build());
            return Pages.Page.before(
                    answer.getNextPageToken(),
                    answer.getBuildsList().stream().map(DepotBuilds::info).toList());
        });
    }

    DepotBuildInfo status(String buildId) {
        return BuildStatus.ask(calls, buildId);
    }

    List<DepotBuildStep> steps(String projectId, String buildId) {
        String what = "list the steps of the build " + buildId;
        return Pages.byToken(what, page -> {
            GetBuildStepsResponse answer = calls.call(
                    what,
                    StepMethods.STEPS,
                    GetBuildStepsRequest.newBuilder()
                            .setProjectId(projectId)
                            .setBuildId(buildId)
                            .setPageSize(Pages.SIZE)
                            .setPageToken(page)
                            .build());
            return Pages.Page.before(
                    answer.getNextPageToken(),
                    answer.getBuildStepsList().stream().map(DepotBuilds::step).toList());
        });
    }

    List<DepotLogLine> logs(String projectId, String buildId, String step) {
        String what = "read the log of a step of the build " + buildId;
        return Pages.byToken(what, page -> {
            GetBuildStepLogsResponse answer = calls.call(
                    what,
                    StepMethods.LOGS,
                    GetBuildStepLogsRequest.newBuilder()
                            .setProjectId(projectId)
                            .setBuildId(buildId)
                            .setBuildStepDigest(step)
                            .setPageSize(Pages.SIZE)
                            .setPageToken(page)
                            .build());
            return Pages.Page.before(
                    answer.getNextPageToken(),
                    answer.getLogsList().stream()
                            .map(log -> new DepotLogLine(
                                    log.getMessage(), Times.optional(log.hasTimestamp(), log.getTimestamp())))
                            .toList());
        });
    }

    private static DepotBuildInfo info(Build build) {
        return new DepotBuildInfo(
                build.getId(),
                switch (build.getStatus()) {
                    case BUILD_STATUS_RUNNING -> DepotBuildInfo.State.RUNNING;
                    case BUILD_STATUS_FINISHED -> DepotBuildInfo.State.SUCCEEDED;
                    case BUILD_STATUS_FAILED -> DepotBuildInfo.State.FAILED;
                    case BUILD_STATUS_CANCELED -> DepotBuildInfo.State.CANCELED;
                    case BUILD_STATUS_UNSPECIFIED, UNRECOGNIZED -> DepotBuildInfo.State.UNKNOWN;
                },
                Times.optional(build.hasCreatedAt(), build.getCreatedAt()),
                Optional.empty(),
                Times.optional(build.hasFinishedAt(), build.getFinishedAt()),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    private static DepotBuildStep step(BuildStep step) {
        return new DepotBuildStep(
                step.getName(),
                step.getDigest(),
                Times.optional(step.hasStartedAt(), step.getStartedAt()),
                Times.optional(step.hasCompletedAt(), step.getCompletedAt()),
                step.getCacheState() == BuildStep.CacheState.CACHE_STATE_CACHED,
                step.hasError() ? Optional.of(step.getError()) : Optional.empty(),
                step.getHasLogs());
    }

    static Optional<URI> url(String text) {
        try {
            return Optional.of(text).filter(some -> !some.isEmpty()).map(URI::create);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // It is only for people to look at.
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
