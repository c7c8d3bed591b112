package io.sandboximage.daytona.sandbox;

import java.util.Map;
import java.util.Optional;

/**
 * A sandbox as the server describes it.
 *
 * @param id UUID
 * @param snapshot name or id of what it was made from
 * @param errorReason why it failed
 * @param toolboxUrl where commands are run
 */
public record DaytonaSandbox(
        String id,
        String name,
        SandboxState state,
        Optional<String> snapshot,
        Optional<String> errorReason,
        Optional<String> toolboxUrl,
        Map<String, String> labels) {
    public DaytonaSandbox {
        labels = Map.copyOf(labels);
    }
}
