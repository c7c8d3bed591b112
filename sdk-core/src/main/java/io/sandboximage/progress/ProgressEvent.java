package io.sandboximage.progress;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a running piece of work reports. Events of one task come in order: one {@link Started}, any number of
 * {@link Advanced}, {@link Message} and {@link Fact}, one {@link Finished}. A child starts after its parent and ends before it.
 * Events of different tasks interleave and come from different threads. What a far side tells of late carries the time at which
 * it happened.
 */
public sealed interface ProgressEvent {
    /** Number of the task, unique within one run; 0 is the root. */
    long task();

    Instant at();

    /**
     * @param parent the task that this one is part of; empty for the root
     * @param label what is being done, for people: {@code "pull layer 3f2a…"}
     * @param total how much there is to do, where known
     */
    record Started(long task, Instant at, Optional<Long> parent, String label, ProgressUnit unit, OptionalLong total)
            implements ProgressEvent {}

    /**
     * @param done how much is done since the start
     * @param total how much there is to do, where known by now
     */
    record Advanced(long task, Instant at, long done, OptionalLong total) implements ProgressEvent {}

    /** Something to tell about a task, for instance a fallback and its reason. */
    record Message(long task, Instant at, Level level, String text) implements ProgressEvent {}

    /**
     * Something about a task that programs can read: what reports, metrics and traces are made from.
     *
     * @param name one of those in {@link ProgressFacts}; readers pass over names and values that they do not know
     */
    record Fact(long task, Instant at, String name, Map<String, String> values) implements ProgressEvent {
        public Fact {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /** @param detail a few words about the result; may be empty */
    record Finished(long task, Instant at, Outcome outcome, String detail, long done) implements ProgressEvent {}

    /** How loud a message is. */
    enum Level {
        INFO,
        WARNING
    }

    /** How a task ended. */
    enum Outcome {
        DONE,
        /** Nothing had to be done: the result was there already. */
        CACHED,
        FAILED,
        CANCELLED
    }
}
