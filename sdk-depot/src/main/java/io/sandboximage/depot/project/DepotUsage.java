package io.sandboximage.depot.project;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.Pages;
import io.sandboximage.depot.internal.client.ProjectMethods;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.core.GetProjectUsageRequest;
import io.sandboximage.depot.internal.proto.core.GetUsageRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectUsageRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectUsageResponse;
import java.time.Instant;
import java.util.List;

/** What was used between two points in time. Thread-safe. */
public final class DepotUsage {
    private final DepotCalls calls;

    DepotUsage(DepotCalls calls) {
        this.calls = calls;
    }

    /** Of each project. */
    public List<ProjectUsage> projects(Instant from, Instant to) {
        return Pages.byToken("listing what projects used", token -> {
            ListProjectUsageRequest.Builder request = ListProjectUsageRequest.newBuilder()
                    .setStartAt(Times.of(from))
                    .setEndAt(Times.of(to))
                    .setPageSize(Pages.SIZE);
            if (!token.isEmpty()) {
                request.setPageToken(token);
            }
            ListProjectUsageResponse page =
                    calls.call("list what projects used", ProjectMethods.PROJECTS_USAGE, request.build());
            return Pages.Page.before(
                    page.getNextPageToken(),
                    page.getUsageList().stream().map(ProjectMessages::of).toList());
        });
    }

    /** Of one project. */
    public ProjectUsage project(String id, Instant from, Instant to) {
        GetProjectUsageRequest request = GetProjectUsageRequest.newBuilder()
                .setProjectId(id)
                .setStartAt(Times.of(from))
                .setEndAt(Times.of(to))
                .build();
        return ProjectMessages.of(
                calls.call("get what the project " + id + " used", ProjectMethods.PROJECT_USAGE, request)
                        .getUsage());
    }

    /** Of the organization, by what it pays for. */
    public OrganizationUsage organization(Instant from, Instant to) {
        GetUsageRequest request = GetUsageRequest.newBuilder()
                .setStartAt(Times.of(from))
                .setEndAt(Times.of(to))
                .build();
        return ProjectMessages.of(calls.call("get what the organization used", ProjectMethods.USAGE, request));
    }
}
