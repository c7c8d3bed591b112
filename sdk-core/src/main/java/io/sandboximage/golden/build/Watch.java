package io.sandboximage.golden.build;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Looks at a project's inputs again and again, and asks for one build for each state that it has not seen. */
final class Watch implements Runnable {
    private final ProjectBuilds builds;
    private final Services services;
    private final AtomicReference<List<GoldenStaleness.Change>> asked = new AtomicReference<>(List.of());

    Watch(ProjectBuilds builds, Services services) {
        this.builds = builds;
        this.services = services;
    }

    @Override
    public void run() {
        GoldenProject project = builds.project();
        GoldenStaleness staleness =
                Inputs.compare(project.inputs(), services.store().current(project.name()));
        // An input that cannot be told now, as its server is away, has not changed for all that we know.
        List<GoldenStaleness.Change> changes = staleness.changes().stream()
                .filter(change -> change.now().isPresent())
                .toList();
        // A state whose build failed is not built again and again: it has its retries.
        if (!changes.equals(asked.getAndSet(changes)) && !changes.isEmpty()) {
            builds.request("changed: "
                    + String.join(
                            ", ",
                            changes.stream().map(GoldenStaleness.Change::input).toList()));
        }
    }
}
