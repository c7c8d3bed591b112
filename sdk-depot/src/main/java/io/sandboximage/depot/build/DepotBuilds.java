package io.sandboximage.depot.build;

import com.google.protobuf.Timestamp;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.StepMethods;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The builds of an organization's projects. Thread-safe; close it to free the connection. */
public final class DepotBuilds implements AutoCloseable {
    private static final int PAGE = 100;

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
        List<DepotBuildInfo> builds = new ArrayList<>();
        String page = "";
        do {
            ListBuildsResponse answer = calls.call(
                    "list the builds of the project " + projectId,
                    BuildMethods.LIST,
                    ListBuildsRequest.newBuilder()
                            .setProjectId(projectId)
                            .setPageSize(PAGE)
                            .setPageToken(page)
                            .build());
            answer.getBuildsList().forEach(build -> builds.add(info(build)));
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        return List.copyOf(builds);
    }

    DepotBuildInfo status(String buildId) {
        return BuildStatus.ask(calls, buildId);
    }

    List<DepotBuildStep> steps(String projectId, String buildId) {
        List<DepotBuildStep> steps = new ArrayList<>();
        String page = "";
        do {
            GetBuildStepsResponse answer = calls.call(
                    "list the steps of the build " + buildId,
                    StepMethods.STEPS,
                    GetBuildStepsRequest.newBuilder()
                            .setProjectId(projectId)
                            .setBuildId(buildId)
                            .setPageSize(PAGE)
                            .setPageToken(page)
                            .build());
            answer.getBuildStepsList().forEach(step -> steps.add(step(step)));
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        return List.copyOf(steps);
    }

    List<DepotLogLine> logs(String projectId, String buildId, String step) {
        List<DepotLogLine> lines = new ArrayList<>();
        String page = "";
        do {
            GetBuildStepLogsResponse answer = calls.call(
                    "read the log of a step of the build " + buildId,
                    StepMethods.LOGS,
                    GetBuildStepLogsRequest.newBuilder()
                            .setProjectId(projectId)
                            .setBuildId(buildId)
                            .setBuildStepDigest(step)
                            .setPageSize(PAGE)
                            .setPageToken(page)
                            .build());
            answer.getLogsList()
                    .forEach(log -> lines.add(
                            new DepotLogLine(log.getMessage(), time(log.hasTimestamp(), log.getTimestamp()))));
            page = answer.getNextPageToken();
        } while (!page.isEmpty());
        return List.copyOf(lines);
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
                time(build.hasCreatedAt(), build.getCreatedAt()),
                Optional.empty(),
                time(build.hasFinishedAt(), build.getFinishedAt()),
                OptionalInt.empty(),
                OptionalInt.empty());
    }

    private static DepotBuildStep step(BuildStep step) {
        return new DepotBuildStep(
                step.getName(),
                step.getDigest(),
                time(step.hasStartedAt(), step.getStartedAt()),
                time(step.hasCompletedAt(), step.getCompletedAt()),
                step.getCacheState() == BuildStep.CacheState.CACHE_STATE_CACHED,
                step.hasError() ? Optional.of(step.getError()) : Optional.empty(),
                step.getHasLogs());
    }

    static Optional<Instant> time(boolean there, Timestamp time) {
        return there ? Optional.of(Instant.ofEpochSecond(time.getSeconds(), time.getNanos())) : Optional.empty();
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
