package io.sandboximage.testkit.depot;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandRequest;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandResponse;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code depot.ci.v1.DepotComputeService}: runs the command on this machine, whatever sandbox is named. */
final class ComputeEndpoint {
    private final EmulatorState state;

    ComputeEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        procedures.put(
                "depot.ci.v1.DepotComputeService/RemoteExec",
                Procedure.streaming(ExecuteCommandRequest.getDefaultInstance(), this::execute));
    }

    private void execute(DepotCall call, Iterator<ExecuteCommandRequest> requests, Consumer<Message> answers) {
        state.requireCaller(call);
        ExecuteCommandRequest request = requests.next();
        List<String> command = request.getCommand().getCommandArrayList();
        CommandResult result = Command.of(command.toArray()).run();
        answers.accept(ExecuteCommandResponse.newBuilder()
                .setStdoutRaw(bytes(result.output()))
                .build());
        answers.accept(ExecuteCommandResponse.newBuilder()
                .setExitCode(result.exitCode())
                .build());
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.UTF_8);
    }
}
