package io.sandboximage.depot.project;

import java.time.Instant;
import java.util.List;

/** What an organization used in a time, by what it pays for. */
public record OrganizationUsage(
        Instant from,
        Instant to,
        List<Builds> builds,
        List<Jobs> githubActions,
        List<Storage> storage,
        List<AgentSandboxes> agentSandboxes,
        List<ComputeSandboxes> computeSandboxes) {
    public OrganizationUsage {
        builds = List.copyOf(builds);
        githubActions = List.copyOf(githubActions);
        storage = List.copyOf(storage);
        agentSandboxes = List.copyOf(agentSandboxes);
        computeSandboxes = List.copyOf(computeSandboxes);
    }

    /** Builds of one project. */
    public record Builds(String project, int count, double minutesSaved, double minutesBilled) {}

    /** Jobs of one repository on Depot's runners. */
    public record Jobs(String repository, int count, double minutes, double minutesBilled) {}

    /** What is kept, by kind, for instance layer caches. */
    public record Storage(String kind, double gb) {}

    /** Sandboxes of coding agents. */
    public record AgentSandboxes(String agent, int count, double minutes, double minutesBilled) {}

    /** Other sandboxes, by their rate. */
    public record ComputeSandboxes(String rate, int count, long cpuSeconds) {}
}
