package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.core.CreateProjectRequest;
import io.sandboximage.depot.internal.proto.core.CreateProjectResponse;
import io.sandboximage.depot.internal.proto.core.DeleteProjectRequest;
import io.sandboximage.depot.internal.proto.core.DeleteProjectResponse;
import io.sandboximage.depot.internal.proto.core.GetProjectRequest;
import io.sandboximage.depot.internal.proto.core.GetProjectResponse;
import io.sandboximage.depot.internal.proto.core.ListOrganizationsRequest;
import io.sandboximage.depot.internal.proto.core.ListOrganizationsResponse;
import io.sandboximage.depot.internal.proto.core.ListProjectsRequest;
import io.sandboximage.depot.internal.proto.core.ListProjectsResponse;
import io.sandboximage.depot.internal.proto.core.Organization;
import io.sandboximage.depot.internal.proto.core.Project;
import io.sandboximage.depot.internal.proto.core.ResetProjectRequest;
import io.sandboximage.depot.internal.proto.core.ResetProjectResponse;
import io.sandboximage.depot.internal.proto.core.UpdateProjectRequest;
import io.sandboximage.depot.internal.proto.core.UpdateProjectResponse;
import java.time.Instant;
import java.util.Map;

/** {@code depot.core.v1}: organizations and projects. */
final class ProjectEndpoint {
    private static final String ORGANIZATIONS = "depot.core.v1.OrganizationService/";
    private static final String PROJECTS = "depot.core.v1.ProjectService/";

    private final EmulatorState state;

    ProjectEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                ORGANIZATIONS + "ListOrganizations",
                Procedure.unary(ListOrganizationsRequest.getDefaultInstance(), this::organizations));
        procedures.put(
                PROJECTS + "ListProjects", Procedure.unary(ListProjectsRequest.getDefaultInstance(), this::list));
        procedures.put(PROJECTS + "GetProject", Procedure.unary(GetProjectRequest.getDefaultInstance(), this::get));
        procedures.put(
                PROJECTS + "CreateProject", Procedure.unary(CreateProjectRequest.getDefaultInstance(), this::create));
        procedures.put(
                PROJECTS + "UpdateProject", Procedure.unary(UpdateProjectRequest.getDefaultInstance(), this::update));
        procedures.put(
                PROJECTS + "DeleteProject", Procedure.unary(DeleteProjectRequest.getDefaultInstance(), this::delete));
        procedures.put(
                PROJECTS + "ResetProject", Procedure.unary(ResetProjectRequest.getDefaultInstance(), this::reset));
    }

    private Message organizations(DepotCall call, ListOrganizationsRequest request) {
        state.requireCaller(call);
        return ListOrganizationsResponse.newBuilder()
                .addOrganizations(Organization.newBuilder()
                        .setOrgId(EmulatorState.ORGANIZATION)
                        .setName(EmulatorState.ORGANIZATION_NAME)
                        .setCreatedAt(BuildEndpoint.time(Instant.EPOCH)))
                .build();
    }

    private Message list(DepotCall call, ListProjectsRequest request) {
        state.requireCaller(call);
        return ListProjectsResponse.newBuilder()
                .addAllProjects(state.projects.values())
                .build();
    }

    private Message get(DepotCall call, GetProjectRequest request) {
        return GetProjectResponse.newBuilder()
                .setProject(state.project(call, request.getProjectId()))
                .build();
    }

    private Message create(DepotCall call, CreateProjectRequest request) {
        state.requireCaller(call);
        if (request.getName().isEmpty()) {
            throw new RpcFault("invalid_argument", "a project needs a name");
        }
        Project project = Project.newBuilder()
                .setProjectId(state.nextId("prj"))
                .setOrganizationId(EmulatorState.ORGANIZATION)
                .setName(request.getName())
                .setRegionId(request.getRegionId())
                .setCreatedAt(BuildEndpoint.time(Instant.now()))
                .setCachePolicy(request.getCachePolicy())
                .setHardware(request.getHardware())
                .build();
        state.projects.put(project.getProjectId(), project);
        return CreateProjectResponse.newBuilder().setProject(project).build();
    }

    private Message update(DepotCall call, UpdateProjectRequest request) {
        Project.Builder project = state.project(call, request.getProjectId()).toBuilder();
        if (request.hasName()) {
            project.setName(request.getName());
        }
        if (request.hasRegionId()) {
            project.setRegionId(request.getRegionId());
        }
        if (request.hasCachePolicy()) {
            project.setCachePolicy(request.getCachePolicy());
        }
        if (request.hasHardware()) {
            project.setHardware(request.getHardware());
        }
        state.projects.put(project.getProjectId(), project.build());
        return UpdateProjectResponse.newBuilder().setProject(project).build();
    }

    private Message delete(DepotCall call, DeleteProjectRequest request) {
        state.projects.remove(state.project(call, request.getProjectId()).getProjectId());
        return DeleteProjectResponse.getDefaultInstance();
    }

    private Message reset(DepotCall call, ResetProjectRequest request) {
        state.project(call, request.getProjectId());
        return ResetProjectResponse.getDefaultInstance();
    }
}
