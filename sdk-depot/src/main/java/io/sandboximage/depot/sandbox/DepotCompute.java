package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.ComputeMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandRequest;
import io.sandboximage.depot.internal.proto.compute.ExecuteCommandResponse;
import io.sandboximage.depot.internal.rpc.RpcAnswers;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Commands in sandboxes that exist, by Depot's older service ({@code depot.ci.v1}), which is what Depot's own
 * {@code depot sandbox exec} uses. It has an address of its own and speaks gRPC. Thread-safe.
 */
public final class DepotCompute implements AutoCloseable {
    private final DepotCalls calls;

    private DepotCompute(DepotCalls calls) {
        this.calls = calls;
    }

    public static DepotCompute of(DepotAccess access) {
        return new DepotCompute(DepotCalls.openExecution(access));
    }

    /** What the environment and the configuration file of Depot's command line say. */
    public static DepotCompute fromEnvironment() {
        return of(DepotAccess.fromEnvironment());
    }

    /**
     * Runs a command to its end and passes its output on as it comes.
     *
     * @param session which session of the sandbox it belongs to
     * @param limit after which Depot ends it; Depot's own where empty
     * @return the exit code
     * @throws UnavailableException if the stream ends before the command
     * @throws StorageException if a stream given here cannot be written
     */
    public int run(
            String sandbox,
            String session,
            List<String> command,
            Optional<Duration> limit,
            OutputStream stdout,
            OutputStream stderr) {
        if (sandbox.isEmpty() || session.isEmpty() || command.isEmpty()) {
            throw new InvalidRequestException(
                    "A command needs the id of a sandbox, the id of a session, and a program");
        }
        String what = "run " + command.get(0) + " in the sandbox " + sandbox;
        ExecuteCommandRequest.Command.Builder wire =
                ExecuteCommandRequest.Command.newBuilder().addAllCommandArray(command);
        limit.ifPresent(time -> wire.setTimeoutMs(Math.toIntExact(time.toMillis())));
        ExecuteCommandRequest request = ExecuteCommandRequest.newBuilder()
                .setSandboxId(sandbox)
                .setSessionId(session)
                .setCommand(wire)
                .build();
        try (RpcAnswers<ExecuteCommandResponse> answers = calls.answers(what, ComputeMethods.EXECUTE, request)) {
            while (answers.hasNext()) {
                ExecuteCommandResponse answer = answers.next();
                if (answer.hasExitCode()) {
                    return answer.getExitCode();
                }
                // Text is what older servers send; it has lost bytes that are no UTF-8.
                stdout.write(
                        answer.getStdoutRaw().isEmpty()
                                ? answer.getStdout().getBytes(StandardCharsets.UTF_8)
                                : answer.getStdoutRaw().toByteArray());
                stderr.write(
                        answer.getStderrRaw().isEmpty()
                                ? answer.getStderr().getBytes(StandardCharsets.UTF_8)
                                : answer.getStderrRaw().toByteArray());
            }
        } catch (IOException e) {
            throw new StorageException("Could not pass on the output of " + command.get(0) + ": " + e.getMessage(), e);
        }
        throw new UnavailableException(
                "Could not " + what + " to the end: the stream ended, but Depot did not tell that the command did");
    }

    @Override
    public void close() {
        calls.close();
    }
}
