package io.sandboximage.testkit.depot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.depot.internal.proto.cli.Build;
import io.sandboximage.depot.internal.proto.cli.BuildStatus;
import io.sandboximage.depot.internal.proto.cli.CreateBuildRequest;
import io.sandboximage.depot.internal.proto.cli.CreateBuildResponse;
import io.sandboximage.depot.internal.proto.cli.FinishBuildRequest;
import io.sandboximage.depot.internal.proto.cli.FinishBuildResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse.ActiveConnection;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse.PendingConnection;
import io.sandboximage.depot.internal.proto.cli.GetBuildRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildResponse;
import io.sandboximage.depot.internal.proto.cli.ListBuildsRequest;
import io.sandboximage.depot.internal.proto.cli.ListBuildsResponse;
import io.sandboximage.depot.internal.proto.cli.ReportBuildHealthRequest;
import io.sandboximage.depot.internal.proto.cli.ReportBuildHealthResponse;
import io.sandboximage.depot.internal.proto.cli.ReportStatusStreamRequest;
import io.sandboximage.depot.internal.proto.cli.ReportStatusStreamResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code depot.cli.v1.BuildService}: builds from their creation to their end. */
final class BuildEndpoint {
    static final String SERVICE = "depot.cli.v1.BuildService/";
    private static final String URL = "https://depot.example.com/orgs/" + EmulatorState.ORGANIZATION + "/projects/";

    private final EmulatorState state;

    BuildEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(SERVICE + "CreateBuild", Procedure.unary(CreateBuildRequest.getDefaultInstance(), this::create));
        procedures.put(SERVICE + "GetBuild", Procedure.unary(GetBuildRequest.getDefaultInstance(), this::get));
        procedures.put(SERVICE + "FinishBuild", Procedure.unary(FinishBuildRequest.getDefaultInstance(), this::finish));
        procedures.put(
                SERVICE + "GetBuildKitConnection",
                Procedure.unary(GetBuildKitConnectionRequest.getDefaultInstance(), this::connection));
        procedures.put(
                SERVICE + "ReportBuildHealth",
                Procedure.unary(ReportBuildHealthRequest.getDefaultInstance(), this::health));
        procedures.put(
                SERVICE + "ReportStatusStream",
                Procedure.streaming(
                        ReportStatusStreamRequest.getDefaultInstance(),
                        (call, requests, answers) -> answers.accept(statuses(call, requests))));
        procedures.put(SERVICE + "ListBuilds", Procedure.unary(ListBuildsRequest.getDefaultInstance(), this::list));
    }

    private Message create(DepotCall call, CreateBuildRequest request) {
        String projectId = state.project(call, request.getProjectId()).getProjectId();
        String id = state.nextId("bld");
        EmulatedBuild build = new EmulatedBuild(id, "build-token-of-" + id, projectId, request.getOptionsList());
        state.builds.put(id, build);
        CreateBuildResponse.Builder answer = CreateBuildResponse.newBuilder()
                .setBuildId(id)
                .setBuildToken(build.token)
                .setRegistry(CreateBuildResponse.Registry.newBuilder().setLoadUsingRegistry(state.loadUsingRegistry))
                .setBuildUrl(URL + projectId + "/builds/" + id)
                .setProjectId(projectId);
        @Nullable DepotBackingRegistry registry = state.registry;
        if (registry != null) {
            String pair = registry.user() + ":" + registry.password();
            answer.addAdditionalCredentials(CreateBuildResponse.Credential.newBuilder()
                    .setHost(registry.host())
                    .setToken(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))));
            if (request.getOptionsList().stream().anyMatch(o -> o.getSave() || state.loadUsingRegistry)) {
                String repository = registry.host() + "/" + projectId + ":";
                answer.addAdditionalTags(CreateBuildResponse.Tag.newBuilder()
                        .setTag(repository + id)
                        .setPush(true));
                request.getOptionsList().stream()
                        .flatMap(o -> o.getSaveTagsList().stream())
                        .forEach(tag -> answer.addAdditionalTags(CreateBuildResponse.Tag.newBuilder()
                                .setTag(repository + tag)
                                .setPush(true)));
            }
        }
        return answer.build();
    }

    private Message get(DepotCall call, GetBuildRequest request) {
        EmulatedBuild build = state.build(call, request.getBuildId());
        return GetBuildResponse.newBuilder()
                .setBuildId(build.id)
                .setProjectId(build.projectId)
                .setBuildUrl(URL + build.projectId + "/builds/" + build.id)
                .build();
    }

    private Message finish(DepotCall call, FinishBuildRequest request) {
        EmulatedBuild build = state.ownBuild(call, request.getBuildId());
        build.finish(
                switch (request.getResultCase()) {
                    case SUCCESS -> "success";
                    case CANCELED -> "canceled";
                    case ERROR -> "error: " + request.getError().getError();
                    case RESULT_NOT_SET -> throw new RpcFault("invalid_argument", "no result");
                });
        return FinishBuildResponse.getDefaultInstance();
    }

    private Message connection(DepotCall call, GetBuildKitConnectionRequest request) {
        EmulatedBuild build = state.ownBuild(call, request.getBuildId());
        int polls = build.polls.merge(request.getPlatform(), 1, Integer::sum);
        @Nullable DepotMachine machine = state.machines.get(request.getPlatform());
        if (polls <= state.pendingPolls || machine == null) {
            return GetBuildKitConnectionResponse.newBuilder()
                    .setPending(PendingConnection.newBuilder().setWaitMs(Math.toIntExact(state.pendingWait.toMillis())))
                    .build();
        }
        return GetBuildKitConnectionResponse.newBuilder()
                .setActive(
                        state.compressing
                                ? machine.connection().toBuilder()
                                        .setGzip(ActiveConnection.Gzip.getDefaultInstance())
                                        .build()
                                : machine.connection())
                .build();
    }

    private Message health(DepotCall call, ReportBuildHealthRequest request) {
        EmulatedBuild build = state.ownBuild(call, request.getBuildId());
        build.healthReports.merge(request.getPlatform(), 1, Integer::sum);
        ReportBuildHealthResponse.Builder answer = ReportBuildHealthResponse.newBuilder();
        @Nullable Instant cancelsAt = state.cancelsAt;
        if (cancelsAt != null) {
            answer.setCancelsAt(time(cancelsAt));
        }
        return answer.build();
    }

    private Message statuses(DepotCall call, Iterator<ReportStatusStreamRequest> requests) {
        while (requests.hasNext()) {
            ReportStatusStreamRequest request = requests.next();
            EmulatedBuild build = state.ownBuild(call, request.getBuildId());
            request.getStatusesList().forEach(status -> build.report(status(status)));
        }
        return ReportStatusStreamResponse.getDefaultInstance();
    }

    private static StatusResponse status(ByteString bytes) {
        try {
            return StatusResponse.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new RpcFault("invalid_argument", "unreadable status: " + e.getMessage());
        }
    }

    private Message list(DepotCall call, ListBuildsRequest request) {
        state.project(call, request.getProjectId());
        List<Build> builds = state.builds.values().stream()
                .filter(build -> build.projectId.equals(request.getProjectId()))
                .peek(build -> build.expire(state.buildTimeout))
                .map(BuildEndpoint::describe)
                .toList();
        return ListBuildsResponse.newBuilder().addAllBuilds(builds).build();
    }

    private static Build describe(EmulatedBuild build) {
        Build.Builder answer = Build.newBuilder().setId(build.id).setCreatedAt(time(build.createdAt));
        build.finishedAt().ifPresent(at -> answer.setFinishedAt(time(at)));
        if (build.outcomes.isEmpty()) {
            return answer.setStatus(BuildStatus.BUILD_STATUS_RUNNING).build();
        }
        return answer.setStatus(
                        switch (build.outcomes.get(0)) {
                            case "success" -> BuildStatus.BUILD_STATUS_FINISHED;
                            case "canceled" -> BuildStatus.BUILD_STATUS_CANCELED;
                            default -> BuildStatus.BUILD_STATUS_FAILED;
                        })
                .build();
    }

    static Timestamp time(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
