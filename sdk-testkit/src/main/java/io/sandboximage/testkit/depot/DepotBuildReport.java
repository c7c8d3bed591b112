package io.sandboximage.testkit.depot;

import java.util.List;
import java.util.Map;

/**
 * What became of a build.
 *
 * @param outcomes how it was finished: {@code success}, {@code canceled} or {@code error: …}; well-behaved clients finish once
 * @param healthReports how many came, by platform
 * @param statusMessages how many status messages came
 */
public record DepotBuildReport(
        String id, String projectId, List<String> outcomes, Map<String, Integer> healthReports, int statusMessages) {
    public DepotBuildReport {
        outcomes = List.copyOf(outcomes);
        healthReports = Map.copyOf(healthReports);
    }
}
