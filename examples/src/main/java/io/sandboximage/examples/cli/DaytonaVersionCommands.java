package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.Replacement;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about the versions that {@code replace} makes. */
final class DaytonaVersionCommands {
    private DaytonaVersionCommands() {}

    /** Commands about the versions of one name. */
    private abstract static class OfOne extends DaytonaCall {
        @Parameters(paramLabel = "NAME", description = "What the versions' names begin with, as given to replace.")
        private @Nullable String name;

        OfOne(Terminal terminal) {
            super(terminal);
        }

        final String versions() {
            return given(name);
        }
    }

    @Command(
            name = "current",
            description = "Shows the current version: the newest active one.",
            mixinStandardHelpOptions = true)
    static final class Current extends OfOne {
        Current(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            DaytonaSnapshot current = client.snapshots()
                    .current(versions())
                    .orElseThrow(() -> new NotFoundException("There is no active version of \"" + versions() + "\""));
            return new Report(json(current), () -> current.name() + "\n");
        }
    }

    @Command(
            name = "rollback",
            description = "Makes the version before the current one current again.",
            mixinStandardHelpOptions = true)
    static final class Rollback extends OfOne {
        @Option(
                names = "--timeout",
                paramLabel = "SECONDS",
                defaultValue = "1800",
                description = "How long activating it may take; ${DEFAULT-VALUE} unless given.")
        private long timeout = 1800;

        Rollback(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            SnapshotWait wait = SnapshotWait.atMost(Duration.ofSeconds(timeout));
            return report(client.snapshots().rollback(versions(), wait, progress));
        }
    }

    @Command(
            name = "prune",
            description = {
                "Removes old snapshots whose names begin with a text.",
                "The newest active one stays, and so do those that sandboxes were made from."
            },
            mixinStandardHelpOptions = true)
    static final class Prune extends DaytonaCall {
        @Parameters(paramLabel = "PREFIX")
        private @Nullable String prefix;

        @Option(names = "--keep", paramLabel = "N", required = true, description = "How many of the newest stay.")
        private int keep = 1;

        Prune(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            List<String> removed = client.snapshots().removeOld(given(prefix), Retention.newest(keep), progress);
            return new Report(Map.of("removed", removed), () -> removed.size() + " removed\n");
        }
    }

    static Report report(Replacement made) {
        Map<String, Object> json = DaytonaCall.json(made.current());
        json.put("reused", made.reused());
        made.previous().ifPresent(previous -> json.put("previous", previous.name()));
        json.put("removed", made.removed());
        String text = made.current().name() + " " + made.current().state() + (made.reused() ? " (unchanged)" : "")
                + made.previous().map(p -> ", before it " + p.name()).orElse("") + ", "
                + made.removed().size()
                + " removed\n";
        return new Report(json, () -> text);
    }
}
