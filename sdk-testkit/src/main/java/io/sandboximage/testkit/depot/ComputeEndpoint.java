package io.sandboximage.testkit.depot;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandRequest;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandResponse;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code depot.ci.v1.DepotComputeService}: runs the command in the sandbox, and where there is no place for sandboxes on this
 * machine, whatever sandbox is named.
 */
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

    private void execute(DepotCall call, Iterator<ExecuteCommandRequest> requests, Consumer<Message> answers)
            throws InterruptedException {
        state.requireCaller(call);
        ExecuteCommandRequest request = requests.next();
        List<String> command = request.getCommand().getCommandArrayList();
        @Nullable DepotSandboxHost host = state.sandboxHost;
        if (host == null) {
            CommandResult result = Command.of(command.toArray()).run();
            answers.accept(ExecuteCommandResponse.newBuilder()
                    .setStdoutRaw(ByteString.copyFrom(result.standardOutput()))
                    .build());
            answers.accept(exitCode(result.exitCode()));
            return;
        }
        EmulatedSandbox sandbox = host.find(request.getSandboxId());
        SandboxProcess process = sandbox.start(sandbox.environment, "/home/runner", command);
        AtomicBoolean late = new AtomicBoolean();
        Thread limit = new Thread(() -> endAfter(request.getCommand().getTimeoutMs(), process, late), "exec-limit");
        limit.setDaemon(true);
        limit.start();
        ReentrantLock lock = new ReentrantLock();
        int exitCode = process.await((standardError, data) -> {
            ExecuteCommandResponse.Builder piece = ExecuteCommandResponse.newBuilder();
            ByteString bytes = ByteString.copyFrom(data);
            lock.lock();
            try {
                answers.accept((standardError ? piece.setStderrRaw(bytes) : piece.setStdoutRaw(bytes)).build());
            } finally {
                lock.unlock();
            }
        });
        limit.interrupt();
        if (late.get()) {
            throw new RpcFault("deadline_exceeded", "command timed out");
        }
        answers.accept(exitCode(exitCode));
    }

    private static void endAfter(int millis, SandboxProcess process, AtomicBoolean late) {
        if (millis <= 0) {
            return;
        }
        try {
            Thread.sleep(millis);
            late.set(true);
            process.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // It ended in time.
        }
    }

    private static ExecuteCommandResponse exitCode(int code) {
        return ExecuteCommandResponse.newBuilder().setExitCode(code).build();
    }
}
