package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.SandboxCommandExecutionEvent;
import io.sandboximage.depot.internal.rpc.RpcAnswers;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in a sandbox: its events as they come. Closing ends the stream; the command itself runs on until it or its
 * sandbox ends. For one thread, but closing from another one ends it.
 */
public final class CommandRun implements Iterator<CommandEvent>, AutoCloseable {
    private final RpcAnswers<SandboxCommandExecutionEvent> answers;
    private final String what;
    private final boolean detached;
    private @Nullable CommandEvent next;
    private String commandId = "";
    private OptionalInt exitCode = OptionalInt.empty();
    private volatile boolean closed;

    /** @param what completes the sentence "Could not …" */
    CommandRun(RpcAnswers<SandboxCommandExecutionEvent> answers, String what, boolean detached) {
        this.answers = answers;
        this.what = what;
        this.detached = detached;
    }

    /**
     * Waits for the next event.
     *
     * @throws UnavailableException if the stream ends before the command: it may run on
     * @throws CancelledException if the thread is interrupted
     */
    @Override
    public boolean hasNext() {
        while (next == null && !closed) {
            CancelledException.throwIfInterrupted("waiting for a command in a sandbox");
            if (!answers.hasNext()) {
                requireEnd();
                return false;
            }
            Optional<CommandEvent> event = CommandEvents.of(answers.next());
            event.ifPresent(this::accept);
        }
        return next != null;
    }

    private void accept(CommandEvent event) {
        if (commandId.isEmpty()) {
            if (!(event instanceof CommandEvent.Started started)) {
                throw new InvalidContentException("Could not " + what
                        + ": Depot told of output before it told that the command started. Report this to Depot");
            }
            commandId = started.commandId().isEmpty() ? "unnamed" : started.commandId();
        }
        if (event instanceof CommandEvent.Finished finished) {
            exitCode = OptionalInt.of(finished.exitCode());
        }
        next = event;
    }

    private void requireEnd() {
        if (closed || exitCode.isPresent() || (detached && !commandId.isEmpty())) {
            return;
        }
        throw new UnavailableException(
                "Could not " + what + " to the end: the stream ended, but Depot did not tell that"
                        + " the command did. It may run on until the sandbox ends");
    }

    @Override
    public CommandEvent next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        CommandEvent event = next;
        next = null;
        return event;
    }

    /** Reads the events that are left, and gives the exit code; empty for a command that is detached or was closed. */
    public OptionalInt awaitEnd() {
        while (hasNext()) {
            next();
        }
        return exitCode;
    }

    /** Depot's id of the command, once its start was read. */
    public Optional<String> commandId() {
        return Optional.of(commandId).filter(id -> !id.isEmpty());
    }

    @Override
    public void close() {
        closed = true;
        answers.close();
    }
}
