package io.sandboximage.examples.cli;

import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of a snapshot, whatever it is made from. */
final class DaytonaResources {
    @Option(names = "--cpu", defaultValue = "2", description = "vCPUs of each sandbox; ${DEFAULT-VALUE} unless given.")
    private int cpu = 2;

    @Option(names = "--memory", paramLabel = "GB", defaultValue = "4", description = "${DEFAULT-VALUE} unless given.")
    private int memory = 4;

    @Option(names = "--disk", paramLabel = "GB", defaultValue = "10", description = "${DEFAULT-VALUE} unless given.")
    private int disk = 10;

    @Option(
            names = {"-e", "--entrypoint"},
            paramLabel = "ARG",
            description = "One argument of what sandboxes run; repeated for more. The image's own unless given.")
    private List<String> entrypoint = new ArrayList<>();

    @Option(names = "--class", paramLabel = "NAME", defaultValue = "", description = "container or linux-vm.")
    private String sandboxClass = "";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "1800",
            description = "How long the snapshot may take; ${DEFAULT-VALUE} unless given.")
    private long timeout = 1800;

    SnapshotSpec apply(SnapshotSpec spec) {
        SnapshotSpec full = spec.resources(cpu, memory, disk).entrypoint(entrypoint);
        return sandboxClass.isEmpty() ? full : full.sandboxClass(sandboxClass);
    }

    SnapshotWait await() {
        return SnapshotWait.atMost(Duration.ofSeconds(timeout));
    }
}
