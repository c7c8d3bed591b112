package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about snapshots that are there. */
final class DaytonaSnapshotCommands {
    private DaytonaSnapshotCommands() {}

    @Command(name = "list", description = "Lists snapshots.", mixinStandardHelpOptions = true)
    static final class ListAll extends DaytonaCall {
        @Option(names = "--name", paramLabel = "PART", defaultValue = "", description = "Only names with this part.")
        private String part = "";

        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            SnapshotQuery query = part.isEmpty() ? SnapshotQuery.all() : SnapshotQuery.named(part);
            List<DaytonaSnapshot> all = client.snapshots().list(query).toList();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "STATE", "GB", "CREATED", "IMAGE"));
            all.forEach(s -> rows.add(List.of(
                    s.name(),
                    s.state().value(),
                    s.sizeGb().isPresent() ? Double.toString(s.sizeGb().getAsDouble()) : "-",
                    s.createdAt().toString(),
                    s.image().orElse("(Dockerfile)"))));
            return new Report(
                    Map.of("snapshots", all.stream().map(DaytonaCall::json).toList()), () -> Texts.table(rows));
        }
    }

    /** Commands about one snapshot. */
    private abstract static class OfOne extends DaytonaCall {
        @Parameters(paramLabel = "NAME", description = "The snapshot's name or id.")
        private @Nullable String name;

        OfOne(Terminal terminal) {
            super(terminal);
        }

        String snapshot() {
            return given(name);
        }

        static Report report(DaytonaSnapshot snapshot) {
            return new Report(json(snapshot), () -> {
                List<List<String>> rows = new ArrayList<>();
                json(snapshot).forEach((key, value) -> rows.add(List.of(key, value.toString())));
                return Texts.table(rows);
            });
        }
    }

    @Command(name = "get", description = "Shows one snapshot.", mixinStandardHelpOptions = true)
    static final class Get extends OfOne {
        Get(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            return report(client.snapshots().get(snapshot()));
        }
    }

    @Command(name = "delete", description = "Deletes a snapshot.", mixinStandardHelpOptions = true)
    static final class Delete extends OfOne {
        @Option(names = "--wait", description = "Waits until it is gone, and does not mind if it was already.")
        private boolean wait;

        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            if (wait) {
                client.snapshots().deleteAndWait(snapshot());
            } else {
                client.snapshots().delete(snapshot());
            }
            return new Report(Map.of("deleted", snapshot()), () -> snapshot() + " deleted\n");
        }
    }

    @Command(name = "activate", description = "Activates a snapshot and waits.", mixinStandardHelpOptions = true)
    static final class Activate extends OfOne {
        @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "1800")
        private long timeout = 1800;

        Activate(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            return report(client.snapshots()
                    .activate(snapshot(), SnapshotWait.atMost(Duration.ofSeconds(timeout)), progress));
        }
    }

    @Command(name = "deactivate", description = "Takes a snapshot out of use.", mixinStandardHelpOptions = true)
    static final class Deactivate extends OfOne {
        Deactivate(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            client.snapshots().deactivate(snapshot());
            return report(client.snapshots().get(snapshot()));
        }
    }

    @Command(name = "logs", description = "Shows the log of a snapshot's build.", mixinStandardHelpOptions = true)
    static final class Logs extends OfOne {
        @Option(
                names = {"-f", "--follow"},
                description = "Goes on until the build has ended; fails if it does.")
        private boolean follow;

        @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "1800")
        private long timeout = 1800;

        Logs(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            if (follow) {
                SnapshotWait wait =
                        SnapshotWait.atMost(Duration.ofSeconds(timeout)).buildLog(this::line);
                return new Report(json(client.snapshots().await(snapshot(), wait, progress)), () -> "");
            }
            String log = client.snapshots().buildLog(snapshot());
            return new Report(Map.of("log", log), () -> log);
        }
    }
}
