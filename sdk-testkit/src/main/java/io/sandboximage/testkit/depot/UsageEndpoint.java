package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.sandboximage.depot.internal.proto.build.Image;
import io.sandboximage.depot.internal.proto.core.ContainerBuildUsage;
import io.sandboximage.depot.internal.proto.core.GetProjectUsageRequest;
import io.sandboximage.depot.internal.proto.core.GetProjectUsageResponse;
import io.sandboximage.depot.internal.proto.core.GetUsageRequest;
import io.sandboximage.depot.internal.proto.core.GetUsageResponse;
import io.sandboximage.depot.internal.proto.core.ListProjectUsageRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectUsageResponse;
import io.sandboximage.depot.internal.proto.core.Project;
import io.sandboximage.depot.internal.proto.core.ProjectUsage;
import io.sandboximage.depot.internal.proto.core.StorageUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** {@code depot.core.v1.UsageService}: the builds that there were. */
final class UsageEndpoint {
    private static final String USAGE = "depot.core.v1.UsageService/";
    private static final float SECONDS_PER_MINUTE = 60;

    private final EmulatorState state;

    UsageEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                USAGE + "ListProjectUsage",
                Procedure.unary(ListProjectUsageRequest.getDefaultInstance(), this::projects));
        procedures.put(
                USAGE + "GetProjectUsage", Procedure.unary(GetProjectUsageRequest.getDefaultInstance(), this::project));
        procedures.put(USAGE + "GetUsage", Procedure.unary(GetUsageRequest.getDefaultInstance(), this::all));
    }

    /** One project a page, so that clients have pages to follow. */
    private Message projects(DepotCall call, ListProjectUsageRequest request) {
        state.requireCaller(call);
        List<Project> projects = new ArrayList<>(state.projects.values());
        int at = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        ListProjectUsageResponse.Builder answer = ListProjectUsageResponse.newBuilder();
        if (at < projects.size()) {
            answer.addUsage(usage(projects.get(at).getProjectId(), between(request.getStartAt(), request.getEndAt())));
        }
        if (at + 1 < projects.size()) {
            answer.setNextPageToken(Integer.toString(at + 1));
        }
        return answer.build();
    }

    private Message project(DepotCall call, GetProjectUsageRequest request) {
        String id = state.project(call, request.getProjectId()).getProjectId();
        return GetProjectUsageResponse.newBuilder()
                .setUsage(usage(id, between(request.getStartAt(), request.getEndAt())))
                .build();
    }

    private Message all(DepotCall call, GetUsageRequest request) {
        state.requireCaller(call);
        GetUsageResponse.Builder answer = GetUsageResponse.newBuilder()
                .setPeriodStart(request.getStartAt())
                .setPeriodEnd(request.getEndAt())
                .addStorage(StorageUsage.newBuilder().setStorageType("layer-cache"));
        for (Project project : state.projects.values()) {
            ProjectUsage usage = usage(project.getProjectId(), between(request.getStartAt(), request.getEndAt()));
            answer.addContainerBuild(ContainerBuildUsage.newBuilder()
                    .setProjectName(project.getName())
                    .setBuildCount(usage.getBuildCount())
                    .setMinutesBilled(usage.getBuildDurationSeconds() / SECONDS_PER_MINUTE));
        }
        return answer.build();
    }

    private ProjectUsage usage(String project, Predicate<EmulatedBuild> when) {
        List<EmulatedBuild> builds = state.builds.values().stream()
                .filter(build -> build.projectId.equals(project))
                .filter(when)
                .toList();
        long seconds = builds.stream()
                .mapToLong(build -> Duration.between(
                                build.createdAt, build.finishedAt().orElse(build.createdAt))
                        .toSeconds())
                .sum();
        long bytes = state.images.getOrDefault(project, List.of()).stream()
                .mapToLong(Image::getSizeBytes)
                .sum();
        return ProjectUsage.newBuilder()
                .setProjectId(project)
                .setBuildCount(builds.size())
                .setBuildDurationSeconds(Math.toIntExact(seconds))
                .setLayerCacheSizeGb(Math.toIntExact(bytes >> 30))
                .build();
    }

    private static Predicate<EmulatedBuild> between(Timestamp start, Timestamp end) {
        Instant from = Instant.ofEpochSecond(start.getSeconds());
        Instant to = Instant.ofEpochSecond(end.getSeconds()).plusSeconds(1);
        return build -> !build.createdAt.isBefore(from) && build.createdAt.isBefore(to);
    }
}
