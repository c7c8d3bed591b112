package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.client.Times;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesRequest;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which sandboxes to list. Immutable.
 *
 * @param states empty for all
 */
public record SandboxQuery(Set<SandboxStatus> states, Optional<Instant> createdAfter, Optional<Instant> createdBefore) {
    public SandboxQuery {
        states = Set.copyOf(states);
    }

    public static SandboxQuery all() {
        return new SandboxQuery(Set.of(), Optional.empty(), Optional.empty());
    }

    /** Those that have not ended. */
    public static SandboxQuery alive() {
        return all().states(
                        SandboxStatus.CREATED, SandboxStatus.ASSIGNED, SandboxStatus.STARTING, SandboxStatus.RUNNING);
    }

    public SandboxQuery states(SandboxStatus first, SandboxStatus... more) {
        return new SandboxQuery(EnumSet.of(first, more), createdAfter, createdBefore);
    }

    public SandboxQuery createdAfter(Instant time) {
        return new SandboxQuery(states, Optional.of(time), createdBefore);
    }

    public SandboxQuery createdBefore(Instant time) {
        return new SandboxQuery(states, createdAfter, Optional.of(time));
    }

    ListSandboxesRequest.Builder wire() {
        ListSandboxesRequest.Builder request = ListSandboxesRequest.newBuilder();
        if (!equals(all())) {
            ListSandboxesRequest.Filter.Builder filter = request.getFilterBuilder();
            states.stream().sorted().forEach(state -> filter.addStates(state.wire()));
            createdAfter.ifPresent(time -> filter.setCreatedAfter(Times.of(time)));
            createdBefore.ifPresent(time -> filter.setCreatedBefore(Times.of(time)));
        }
        return request;
    }
}
