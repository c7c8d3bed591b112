package io.sandboximage.depot.project;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.OverviewMethods;
import io.sandboximage.depot.internal.client.Pages;
import io.sandboximage.depot.internal.client.ProjectMethods;
import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.account.ResetProjectCacheRequest;
import io.sandboximage.depot.internal.proto.core.CreateProjectRequest;
import io.sandboximage.depot.internal.proto.core.DeleteProjectRequest;
import io.sandboximage.depot.internal.proto.core.GetProjectRequest;
import io.sandboximage.depot.internal.proto.core.ListOrganizationsRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectsRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectsResponse;
import io.sandboximage.depot.internal.proto.core.Project;
import io.sandboximage.depot.internal.proto.core.ResetProjectRequest;
import io.sandboximage.depot.internal.proto.core.UpdateProjectRequest;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.InvalidRequestException;
import java.util.List;

/**
 * Projects of an organization. Which kind of token may do what, Depot decides; what it refuses comes as
 * {@link AccessDeniedException} or {@link io.sandboximage.error.AuthenticationException} in its own words, and a project that
 * belongs to somebody else as {@link io.sandboximage.error.NotFoundException}. Thread-safe.
 */
public final class DepotProjects implements AutoCloseable {
    private final DepotCalls calls;

    private DepotProjects(DepotCalls calls) {
        this.calls = calls;
    }

    public static DepotProjects open(DepotAccess access) {
        return new DepotProjects(DepotCalls.open(access));
    }

    /** What the environment and the configuration file of Depot's command line say. */
    public static DepotProjects fromEnvironment() {
        return open(DepotAccess.fromEnvironment());
    }

    /** Organizations that the token can see. */
    public List<DepotOrganization> organizations() {
        return calls
                .call(
                        "list the organizations",
                        ProjectMethods.ORGANIZATIONS,
                        ListOrganizationsRequest.getDefaultInstance())
                .getOrganizationsList()
                .stream()
                .map(o -> new DepotOrganization(o.getOrgId(), o.getName(), Times.of(o.getCreatedAt())))
                .toList();
    }

    /** All projects of the organization. */
    public List<DepotProject> list() {
        return Pages.byToken("listing the projects", token -> {
            ListProjectsRequest.Builder request = ListProjectsRequest.newBuilder();
            if (!token.isEmpty()) {
                request.setPageToken(token);
            }
            ListProjectsResponse page = calls.call("list the projects", ProjectMethods.LIST, request.build());
            return Pages.Page.before(
                    page.getNextPageToken(),
                    page.getProjectsList().stream().map(ProjectMessages::of).toList());
        });
    }

    /** Projects of all organizations that the user is in; for tokens of users. */
    public List<VisibleProject> visible() {
        return calls
                .call(
                        "list the projects",
                        OverviewMethods.PROJECTS,
                        io.sandboximage.depot.internal.proto.account.ListProjectsRequest.getDefaultInstance())
                .getProjectsList()
                .stream()
                .map(p -> new VisibleProject(p.getId(), p.getName(), p.getOrgId(), p.getOrgName()))
                .toList();
    }

    public DepotProject get(String id) {
        GetProjectRequest request =
                GetProjectRequest.newBuilder().setProjectId(id).build();
        return ProjectMessages.of(
                calls.call("get the project " + id, ProjectMethods.GET, request).getProject());
    }

    public DepotProject create(ProjectSpec spec) {
        CreateProjectRequest.Builder request = CreateProjectRequest.newBuilder()
                .setName(spec.name())
                .setRegionId(spec.region())
                .setCachePolicy(ProjectMessages.of(spec.cachePolicy()));
        spec.organizationId().ifPresent(request::setOrganizationId);
        spec.hardware().map(ProjectMessages::of).ifPresent(request::setHardware);
        return ProjectMessages.of(
                calls.call("create the project " + spec.name(), ProjectMethods.CREATE, request.build())
                        .getProject());
    }

    /** @throws InvalidRequestException if nothing is to be different */
    public DepotProject update(String id, ProjectChange change) {
        if (change.equals(ProjectChange.none())) {
            throw new InvalidRequestException("Nothing of the project " + id + " is to be different");
        }
        UpdateProjectRequest.Builder request = UpdateProjectRequest.newBuilder().setProjectId(id);
        change.name().ifPresent(request::setName);
        change.region().ifPresent(request::setRegionId);
        change.cachePolicy().map(ProjectMessages::of).ifPresent(request::setCachePolicy);
        change.hardware().map(ProjectMessages::of).ifPresent(request::setHardware);
        Project project = calls.call("change the project " + id, ProjectMethods.UPDATE, request.build())
                .getProject();
        return ProjectMessages.of(project);
    }

    /** With its cache and its images. */
    public void delete(String id) {
        calls.call(
                "delete the project " + id,
                ProjectMethods.DELETE,
                DeleteProjectRequest.newBuilder().setProjectId(id).build());
    }

    /** Forgets the layer cache; builds begin anew. */
    public void resetCache(String id) {
        String what = "reset the cache of the project " + id;
        try {
            calls.call(
                    what,
                    OverviewMethods.RESET,
                    ResetProjectCacheRequest.newBuilder().setProjectId(id).build());
        } catch (AccessDeniedException notForUsers) {
            // The one is for tokens of users and projects, the other for those of organizations.
            calls.call(
                    what,
                    ProjectMethods.RESET,
                    ResetProjectRequest.newBuilder().setProjectId(id).build());
        }
    }

    /** Who may build in a project. */
    public ProjectAccess access(String id) {
        return new ProjectAccess(calls, id);
    }

    /** What projects used. */
    public DepotUsage usage() {
        return new DepotUsage(calls);
    }

    /** Ends the connection. */
    @Override
    public void close() {
        calls.close();
    }
}
