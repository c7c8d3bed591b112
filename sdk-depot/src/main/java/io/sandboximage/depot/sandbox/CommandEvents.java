package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.sandbox.SandboxCommandExecutionEvent;
import io.sandboximage.depot.sandbox.CommandEvent.Evicted;
import io.sandboximage.depot.sandbox.CommandEvent.Finished;
import io.sandboximage.depot.sandbox.CommandEvent.Output;
import io.sandboximage.depot.sandbox.CommandEvent.Started;
import io.sandboximage.depot.sandbox.CommandEvent.Stream;
import io.sandboximage.depot.sandbox.CommandEvent.Trouble;
import java.util.Optional;

/** Depot's events in the SDK's own words. */
final class CommandEvents {
    private CommandEvents() {}

    /** Empty for events of kinds that are not known here. */
    static Optional<CommandEvent> of(SandboxCommandExecutionEvent event) {
        return switch (event.getEventCase()) {
            case STARTED ->
                Optional.of(new Started(
                        event.getStarted().getCmdId(),
                        Times.of(event.getStarted().getStartedAt())));
            case STDOUT -> Optional.of(output(Stream.STDOUT, event.getStdout()));
            case STDERR -> Optional.of(output(Stream.STDERR, event.getStderr()));
            case FINISHED ->
                Optional.of(new Finished(
                        event.getFinished().getExitCode(),
                        Times.of(event.getFinished().getFinishedAt())));
            case ERROR -> Optional.of(new Trouble(event.getError().getReason()));
            case EVICTED ->
                Optional.of(new Evicted(
                        event.getEvicted().getDroppedBytesStdout(),
                        event.getEvicted().getDroppedBytesStderr()));
            case EVENT_NOT_SET -> Optional.empty();
        };
    }

    private static Output output(Stream stream, SandboxCommandExecutionEvent.Output output) {
        return new Output(
                stream, output.getData().toByteArray(), output.getByteOffset(), Times.of(output.getTimestamp()));
    }
}
