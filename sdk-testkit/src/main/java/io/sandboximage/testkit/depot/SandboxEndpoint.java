package io.sandboximage.testkit.depot;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.GetSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.KillSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.KillSandboxResponse;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesResponse;
import io.sandboximage.depot.internal.proto.sandbox.RunCommandRequest;
import io.sandboximage.depot.internal.proto.sandbox.Sandbox;
import io.sandboximage.depot.internal.proto.sandbox.SandboxCommandExecutionEvent;
import io.sandboximage.depot.internal.proto.sandbox.SandboxRef;
import io.sandboximage.depot.internal.proto.sandbox.SandboxStatus;
import io.sandboximage.depot.internal.proto.sandbox.SetSandboxTimeoutRequest;
import io.sandboximage.depot.internal.proto.sandbox.SetSandboxTimeoutResponse;
import io.sandboximage.depot.internal.proto.sandbox.StopSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.StopSandboxResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code depot.sandbox.v1.SandboxService}: sandboxes and commands in them. */
final class SandboxEndpoint {
    static final String SERVICE = "depot.sandbox.v1.SandboxService/";

    private final EmulatorState state;

    SandboxEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                SERVICE + "CreateSandbox", Procedure.unary(CreateSandboxRequest.getDefaultInstance(), this::create));
        procedures.put(SERVICE + "GetSandbox", Procedure.unary(SandboxRef.getDefaultInstance(), this::get));
        procedures.put(
                SERVICE + "ListSandboxes", Procedure.unary(ListSandboxesRequest.getDefaultInstance(), this::list));
        procedures.put(SERVICE + "StopSandbox", Procedure.unary(StopSandboxRequest.getDefaultInstance(), this::stop));
        procedures.put(SERVICE + "KillSandbox", Procedure.unary(KillSandboxRequest.getDefaultInstance(), this::kill));
        procedures.put(
                SERVICE + "SetSandboxTimeout",
                Procedure.unary(SetSandboxTimeoutRequest.getDefaultInstance(), this::timeout));
        procedures.put(SERVICE + "RunCommand", Procedure.streaming(RunCommandRequest.getDefaultInstance(), this::run));
    }

    private Message create(DepotCall call, CreateSandboxRequest request) {
        if (request.getRuntime().hasNamed()) {
            throw new RpcFault("invalid_argument", "named runtimes are not supported");
        }
        DepotSandboxHost host = state.sandboxes(call);
        Sandbox created = host.create(request).describe(false);
        if (host.losesCreation()) {
            throw new RpcFault("unavailable", "the answer was lost");
        }
        return CreateSandboxResponse.newBuilder().setSandbox(created).build();
    }

    private Message get(DepotCall call, SandboxRef request) {
        return GetSandboxResponse.newBuilder()
                .setSandbox(state.sandboxes(call).find(request.getId()).describe(true))
                .build();
    }

    private Message list(DepotCall call, ListSandboxesRequest request) {
        List<Sandbox> all = new ArrayList<>();
        for (EmulatedSandbox sandbox : state.sandboxes(call).all()) {
            Sandbox described = sandbox.describe(false);
            List<SandboxStatus> states = request.getFilter().getStatesList();
            if (states.isEmpty() || states.contains(described.getStatus())) {
                all.add(described);
            }
        }
        Collections.reverse(all);
        int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        int size = Math.min(request.getPageSize() == 0 ? all.size() : request.getPageSize(), state.sandboxPageSize);
        int to = Math.min(all.size(), from + size);
        ListSandboxesResponse.Builder answer =
                ListSandboxesResponse.newBuilder().addAllSandboxes(all.subList(from, to));
        if (to < all.size()) {
            answer.setNextPageToken(Integer.toString(to));
        }
        return answer.build();
    }

    private Message stop(DepotCall call, StopSandboxRequest request) {
        EmulatedSandbox sandbox =
                state.sandboxes(call).find(request.getSandbox().getId());
        sandbox.end(SandboxStatus.SANDBOX_STATUS_FINISHED, "");
        return StopSandboxResponse.newBuilder()
                .setSandbox(sandbox.describe(false))
                .build();
    }

    private Message kill(DepotCall call, KillSandboxRequest request) {
        EmulatedSandbox sandbox =
                state.sandboxes(call).find(request.getSandbox().getId());
        sandbox.end(SandboxStatus.SANDBOX_STATUS_CANCELLED, "");
        return KillSandboxResponse.newBuilder()
                .setSandbox(sandbox.describe(false))
                .build();
    }

    private Message timeout(DepotCall call, SetSandboxTimeoutRequest request) {
        DepotSandboxHost host = state.sandboxes(call);
        EmulatedSandbox sandbox = host.find(request.getSandbox().getId());
        sandbox.requireRunning();
        host.expiresIn(sandbox, request.getTimeoutMinutes());
        return SetSandboxTimeoutResponse.newBuilder()
                .setSandbox(sandbox.describe(false))
                .build();
    }

    private void run(DepotCall call, Iterator<RunCommandRequest> requests, Consumer<Message> answers)
            throws InterruptedException {
        DepotSandboxHost host = state.sandboxes(call);
        RunCommandRequest request = requests.next();
        if (request.getCmd().isEmpty()) {
            throw new RpcFault("invalid_argument", "cmd is required");
        }
        EmulatedSandbox sandbox = host.find(request.getSandbox().getId());
        Map<String, String> environment = new TreeMap<>(sandbox.environment);
        environment.putAll(request.getEnvMap());
        List<String> command = new ArrayList<>(List.of(request.getCmd()));
        command.addAll(request.getArgsList());
        SandboxProcess process =
                sandbox.start(environment, request.hasCwd() ? request.getCwd() : "/home/runner", command);
        boolean cut = host.cutsCommand();
        CommandAnswers events = new CommandAnswers(answers);
        events.send(SandboxCommandExecutionEvent.newBuilder()
                .setStarted(SandboxCommandExecutionEvent.Started.newBuilder()
                        .setCmdId(state.nextId("cmd_"))
                        .setStartedAt(BuildEndpoint.time(Instant.now()))));
        if (request.getDetached() || cut) {
            Thread reader = new Thread(() -> drain(process), "sandbox-detached");
            reader.setDaemon(true);
            reader.start();
            return;
        }
        int exitCode = process.await((standardError, data) -> events.output(standardError, ByteString.copyFrom(data)));
        events.send(SandboxCommandExecutionEvent.newBuilder()
                .setFinished(SandboxCommandExecutionEvent.Finished.newBuilder()
                        .setExitCode(exitCode)
                        .setFinishedAt(BuildEndpoint.time(Instant.now()))));
    }

    private static void drain(SandboxProcess process) {
        try {
            process.await((standardError, data) -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
