package io.sandboximage.depot.sandbox;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What is told of a command while it runs: one {@link Started} first, and {@link Finished} last unless it is detached. */
public sealed interface CommandEvent {
    /** @param commandId Depot's id of the command */
    record Started(String commandId, Instant at) implements CommandEvent {}

    /**
     * A piece of output.
     *
     * @param data not to be changed; characters may be cut at its ends
     * @param byteOffset of the whole stream, through the end of this piece
     */
    @SuppressWarnings("ArrayRecordComponent") // events are read, never compared
    record Output(Stream stream, byte[] data, long byteOffset, Instant at) implements CommandEvent {
        /** The piece as UTF-8, where it is known to be whole. */
        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    /** Bytes that Depot had to drop because nobody read them in time. */
    record Evicted(long droppedStdout, long droppedStderr) implements CommandEvent {}

    /** Something went wrong on the way, and the command runs on. */
    record Trouble(String reason) implements CommandEvent {}

    /** The command's end, whatever its exit code. */
    record Finished(int exitCode, Instant at) implements CommandEvent {}

    /** Which output a piece is of; offsets count separately. */
    enum Stream {
        STDOUT,
        STDERR
    }
}
