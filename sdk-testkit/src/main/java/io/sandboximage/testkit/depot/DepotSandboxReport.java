package io.sandboximage.testkit.depot;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of a sandbox.
 *
 * @param status as Depot spells it, without its prefix: {@code RUNNING}, {@code FINISHED}, {@code CANCELLED}
 * @param timeout that was asked for at its creation or later
 * @param commands that were run in it: program and arguments
 * @param processes how many of its commands run now
 */
public record DepotSandboxReport(
        String id, String status, Optional<Duration> timeout, List<String> commands, int processes) {
    public DepotSandboxReport {
        commands = List.copyOf(commands);
    }

    /** Whether it has ended and left nothing running. */
    public boolean gone() {
        return processes == 0 && !status.equals("RUNNING") && !status.equals("ASSIGNED");
    }
}
