package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.sandboximage.buildkit.internal.proto.Vertex;
import io.sandboximage.buildkit.internal.proto.VertexLog;
import io.sandboximage.depot.internal.proto.build.BuildStep;
import io.sandboximage.depot.internal.proto.build.GetBuildStepLogsRequest;
import io.sandboximage.depot.internal.proto.build.GetBuildStepLogsResponse;
import io.sandboximage.depot.internal.proto.build.GetBuildStepsRequest;
import io.sandboximage.depot.internal.proto.build.GetBuildStepsResponse;
import io.sandboximage.depot.internal.proto.core.Build;
import io.sandboximage.depot.internal.proto.core.GetBuildRequest;
import io.sandboximage.depot.internal.proto.core.GetBuildResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code depot.build.v1.BuildService} and the one of {@code depot.core.v1}: builds by what was reported of their steps. */
final class StepEndpoint {
    private static final String STEPS = "depot.build.v1.BuildService/";
    private static final String BUILDS = "depot.core.v1.BuildService/";

    private final EmulatorState state;

    StepEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                STEPS + "GetBuildSteps", Procedure.unary(GetBuildStepsRequest.getDefaultInstance(), this::steps));
        procedures.put(
                STEPS + "GetBuildStepLogs", Procedure.unary(GetBuildStepLogsRequest.getDefaultInstance(), this::logs));
        procedures.put(BUILDS + "GetBuild", Procedure.unary(GetBuildRequest.getDefaultInstance(), this::build));
    }

    private Message steps(DepotCall call, GetBuildStepsRequest request) {
        EmulatedBuild build = state.build(call, request.getBuildId());
        List<BuildStep> steps = vertexes(build).values().stream()
                .map(vertex -> step(build, vertex))
                .toList();
        Page page = Page.of(steps.size(), request.getPageSize(), request.getPageToken());
        GetBuildStepsResponse.Builder answer =
                GetBuildStepsResponse.newBuilder().addAllBuildSteps(steps.subList(page.start, page.end));
        page.next().ifPresent(answer::setNextPageToken);
        return answer.build();
    }

    private Message logs(DepotCall call, GetBuildStepLogsRequest request) {
        EmulatedBuild build = state.build(call, request.getBuildId());
        List<VertexLog> logs = logs(build, request.getBuildStepDigest());
        Page page = Page.of(logs.size(), request.getPageSize(), request.getPageToken());
        GetBuildStepLogsResponse.Builder answer = GetBuildStepLogsResponse.newBuilder();
        logs.subList(page.start, page.end)
                .forEach(log -> answer.addLogs(GetBuildStepLogsResponse.Log.newBuilder()
                        .setMessage(log.getMsg().toStringUtf8())
                        .setTimestamp(log.getTimestamp())));
        page.next().ifPresent(answer::setNextPageToken);
        return answer.build();
    }

    private Message build(DepotCall call, GetBuildRequest request) {
        EmulatedBuild build = state.build(call, request.getBuildId());
        Map<String, Vertex> vertexes = vertexes(build);
        Build.Builder answer = Build.newBuilder()
                .setBuildId(build.id)
                .setStatus(build.outcome().map(StepEndpoint::status).orElse(Build.Status.STATUS_RUNNING))
                .setCreatedAt(BuildEndpoint.time(build.createdAt))
                .setTotalSteps(vertexes.size())
                .setCachedSteps((int)
                        vertexes.values().stream().filter(Vertex::getCached).count());
        build.finishedAt().ifPresent(at -> answer.setFinishedAt(BuildEndpoint.time(at)));
        return GetBuildResponse.newBuilder().setBuild(answer).build();
    }

    private static Build.Status status(String outcome) {
        return switch (outcome) {
            case "success" -> Build.Status.STATUS_SUCCESS;
            case "canceled" -> Build.Status.STATUS_CANCELED;
            default -> Build.Status.STATUS_FAILED;
        };
    }

    /** The last that was said of each. */
    private static Map<String, Vertex> vertexes(EmulatedBuild build) {
        Map<String, Vertex> vertexes = new LinkedHashMap<>();
        build.statuses().forEach(status -> status.getVertexesList()
                .forEach(vertex -> vertexes.put(vertex.getDigest(), vertex)));
        return vertexes;
    }

    private static List<VertexLog> logs(EmulatedBuild build, String digest) {
        return build.statuses().stream()
                .flatMap(status -> status.getLogsList().stream())
                .filter(log -> log.getVertex().equals(digest))
                .toList();
    }

    private static BuildStep step(EmulatedBuild build, Vertex vertex) {
        BuildStep.Builder step = BuildStep.newBuilder()
                .setName(vertex.getName())
                .setDigest(vertex.getDigest())
                .setCacheState(
                        vertex.getCached()
                                ? BuildStep.CacheState.CACHE_STATE_CACHED
                                : BuildStep.CacheState.CACHE_STATE_UNCACHED)
                .setHasLogs(!logs(build, vertex.getDigest()).isEmpty());
        time(vertex.hasStarted(), vertex.getStarted()).ifPresent(step::setStartedAt);
        time(vertex.hasCompleted(), vertex.getCompleted()).ifPresent(step::setCompletedAt);
        if (!vertex.getError().isEmpty()) {
            step.setError(vertex.getError());
        }
        return step.build();
    }

    private static Optional<Timestamp> time(boolean there, Timestamp time) {
        return there ? Optional.of(time) : Optional.empty();
    }

    /** A part of a list; tokens are where the next one begins. */
    private record Page(int start, int end, int total) {
        /** As little as may be: clients must ask on. */
        private static final int MOST = 3;

        static Page of(int total, int size, String token) {
            int start = token.isEmpty() ? 0 : Integer.parseInt(token);
            return new Page(start, Math.min(total, start + Math.min(MOST, Math.max(1, size))), total);
        }

        Optional<String> next() {
            return end < total ? Optional.of(Integer.toString(end)) : Optional.empty();
        }
    }
}
