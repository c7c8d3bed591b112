package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.account.FinishLoginRequest;
import io.sandboximage.depot.internal.proto.account.FinishLoginResponse;
import io.sandboximage.depot.internal.proto.account.ListProjectsRequest;
import io.sandboximage.depot.internal.proto.account.ListProjectsResponse;
import io.sandboximage.depot.internal.proto.account.ResetProjectCacheRequest;
import io.sandboximage.depot.internal.proto.account.ResetProjectCacheResponse;
import io.sandboximage.depot.internal.proto.account.StartLoginRequest;
import io.sandboximage.depot.internal.proto.account.StartLoginResponse;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code depot.cli.v1beta1}: device login, and what a user sees of the projects. */
final class AccountEndpoint {
    private static final String LOGIN = "depot.cli.v1beta1.LoginService/";
    private static final String PROJECTS = "depot.cli.v1beta1.ProjectsService/";

    private final EmulatorState state;

    AccountEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(LOGIN + "StartLogin", Procedure.unary(StartLoginRequest.getDefaultInstance(), this::start));
        procedures.put(
                LOGIN + "FinishLogin", Procedure.streaming(FinishLoginRequest.getDefaultInstance(), this::finish));
        procedures.put(
                PROJECTS + "ListProjects", Procedure.unary(ListProjectsRequest.getDefaultInstance(), this::list));
        procedures.put(
                PROJECTS + "ResetProjectCache",
                Procedure.unary(ResetProjectCacheRequest.getDefaultInstance(), this::reset));
    }

    private Message start(DepotCall call, StartLoginRequest request) {
        String id = state.nextId("login");
        String token = "user-token-of-" + id;
        state.logins.put(id, token);
        return StartLoginResponse.newBuilder()
                .setId(id)
                .setApproveUrl("https://depot.example.com/authenticate/" + id)
                .build();
    }

    private void finish(DepotCall call, Iterator<FinishLoginRequest> requests, Consumer<Message> answers)
            throws InterruptedException {
        FinishLoginRequest request = requests.next();
        String token = Optional.ofNullable(state.logins.get(request.getId()))
                .orElseThrow(() -> new RpcFault("not_found", "Login not found"));
        Thread.sleep(state.loginWait.toMillis());
        state.tokens.add(token);
        answers.accept(FinishLoginResponse.newBuilder().setToken(token).build());
    }

    private Message list(DepotCall call, ListProjectsRequest request) {
        state.requireCaller(call);
        ListProjectsResponse.Builder answer = ListProjectsResponse.newBuilder();
        state.projects
                .values()
                .forEach(project -> answer.addProjects(ListProjectsResponse.Project.newBuilder()
                        .setId(project.getProjectId())
                        .setName(project.getName())
                        .setOrgId(project.getOrganizationId())
                        .setOrgName(EmulatorState.ORGANIZATION_NAME)));
        return answer.build();
    }

    private Message reset(DepotCall call, ResetProjectCacheRequest request) {
        return ResetProjectCacheResponse.newBuilder()
                .setName(state.project(call, request.getProjectId()).getName())
                .setOrgName(EmulatorState.ORGANIZATION_NAME)
                .build();
    }
}
