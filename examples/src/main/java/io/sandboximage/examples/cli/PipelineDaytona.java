package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.DaytonaSnapshotter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Snapshotters of Daytona that share one client, which is opened for the first of them. */
final class PipelineDaytona implements AutoCloseable {
    private static final int CPU = 2;
    private static final int MEMORY = 4;
    private static final int DISK = 10;
    /** What the snapshotter knows by itself. */
    private static final Set<String> OWN = Set.of("{digest}", "{date}", "{time}");

    private final Map<String, String> environment;
    private final GitNames names;
    private @Nullable DaytonaClient client;

    PipelineDaytona(Map<String, String> environment, GitNames names) {
        this.environment = environment;
        this.names = names;
    }

    /** @param text {@code NAME[,cpu=N][,memory=GB][,disk=GB]} */
    DaytonaSnapshotter snapshotter(String text) {
        WordOptions options = WordOptions.parse(text, "cpu", "memory", "disk");
        String others = options.word();
        for (String own : OWN) {
            others = others.replace(own, "");
        }
        DaytonaSnapshotter snapshotter = DaytonaSnapshotter.with(client())
                .name(options.word())
                .resources(options.number("cpu", CPU), options.number("memory", MEMORY), options.number("disk", DISK));
        for (Map.Entry<String, String> variable : names.variables(others).entrySet()) {
            snapshotter = snapshotter.variable(variable.getKey(), variable.getValue());
        }
        return snapshotter;
    }

    DaytonaClient client() {
        DaytonaClient open = client;
        if (open == null) {
            open = DaytonaClient.builder()
                    .environment(environment, Path.of(System.getProperty("user.home", ".")))
                    .source("sandbox-image-cli")
                    .build();
            client = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
