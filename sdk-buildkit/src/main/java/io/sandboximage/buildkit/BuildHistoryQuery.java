package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which builds of a daemon's history are wanted; immutable, each step gives a new value.
 *
 * @param running only those that run now
 * @param filters builds must fit one of them, for instance {@code status==error}; needs BuildKit 0.20, older ones take no notice
 * @param limit at most so many, the newest; 0 is no limit
 */
public record BuildHistoryQuery(boolean running, List<String> filters, int limit) {
    public BuildHistoryQuery {
        filters = List.copyOf(filters);
        if (limit < 0) {
            throw new InvalidRequestException("The limit of a history cannot be negative");
        }
    }

    public static BuildHistoryQuery all() {
        return new BuildHistoryQuery(false, List.of(), 0);
    }

    /** Only builds that run now. */
    public BuildHistoryQuery onlyRunning() {
        return new BuildHistoryQuery(true, filters, limit);
    }

    public BuildHistoryQuery filter(String filter) {
        List<String> more = new ArrayList<>(filters);
        more.add(filter);
        return new BuildHistoryQuery(running, more, limit);
    }

    public BuildHistoryQuery newest(int count) {
        return new BuildHistoryQuery(running, filters, count);
    }
}
