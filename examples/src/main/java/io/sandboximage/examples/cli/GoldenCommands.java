package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.golden.CollectReport;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenSession;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.build.GoldenBuildService;
import io.sandboximage.golden.build.GoldenBuildState;
import io.sandboximage.golden.build.GoldenBuildStatus;
import io.sandboximage.progress.ProgressRenderer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code golden …}: data roots of Docker engines, filled once for a project and cloned for each session. */
final class GoldenCommands {
    private GoldenCommands() {}

    static CommandLine of(Terminal terminal) {
        CommandLine group = CommandGroup.of(
                "golden",
                "Keeps engine data with all images of a project, and clones it for each session. Needs root.");
        return group.addSubcommand(new GoldenBuildCommand(terminal))
                .addSubcommand(new Generations(terminal))
                .addSubcommand(new Clone(terminal))
                .addSubcommand(new Release(terminal))
                .addSubcommand(new Status(terminal))
                .addSubcommand(new Collect(terminal))
                .addSubcommand(new GoldenTransferCommands.Push(terminal))
                .addSubcommand(new GoldenTransferCommands.Pull(terminal));
    }

    @Command(
            name = "list",
            description = "Shows the present generation of each project, or all generations of one, and the sessions.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Generations extends ReportingCommand {
        @Mixin
        private GoldenOptions options = new GoldenOptions();

        @Parameters(index = "0", arity = "0..1", paramLabel = "PROJECT", description = "Only this one.")
        private @Nullable String project;

        Generations(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            try (GoldenStore store = options.open()) {
                String one = project;
                List<GoldenGeneration> generations = one != null
                        ? store.generations(one)
                        : store.projects().stream()
                                .flatMap(name -> store.current(name).stream())
                                .toList();
                List<GoldenSession> sessions = store.sessions().stream()
                        .filter(session -> one == null || session.project().equals(one))
                        .toList();
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("strategy", store.strategy().toString());
                json.put(
                        "generations",
                        generations.stream().map(GoldenText::json).toList());
                json.put("sessions", sessions.stream().map(GoldenText::json).toList());
                StringBuilder text = new StringBuilder();
                generations.forEach(generation -> text.append(GoldenText.line(generation)));
                sessions.forEach(session -> text.append(session).append('\n'));
                return new Report(json, text::toString);
            }
        }
    }

    @Command(
            name = "clone",
            description = "Gives a session a data root of its own, with all that the project's golden holds. Prints its"
                    + " path.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Clone extends ReportingCommand {
        @Mixin
        private GoldenOptions options = new GoldenOptions();

        @Parameters(index = "0", paramLabel = "PROJECT")
        private @Nullable String project;

        @Parameters(index = "1", paramLabel = "SESSION", description = "A new name, or one that is there.")
        private @Nullable String session;

        @Option(
                names = "--cold",
                description = "Give an empty data root if the project has no golden, rather than fail.")
        private boolean cold;

        Clone(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            try (GoldenStore store = options.open()) {
                String name = given(project);
                if (!cold && store.current(name).isEmpty()) {
                    throw new NotFoundException("The project " + name + " has no golden cache in " + store.root()
                            + ". Build or pull one, or give --cold");
                }
                GoldenSession opened = store.open(name, given(session));
                return new Report(GoldenText.json(opened), () -> opened.dataRoot() + "\n");
            }
        }
    }

    @Command(
            name = "release",
            description = "Removes a session and its data root, once its engine has ended.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Release extends ReportingCommand {
        @Mixin
        private GoldenOptions options = new GoldenOptions();

        @Parameters(index = "0", paramLabel = "SESSION")
        private @Nullable String session;

        Release(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            try (GoldenStore store = options.open()) {
                String name = given(session);
                store.session(name)
                        .orElseThrow(() -> new NotFoundException("There is no session " + name + " in " + store.root()))
                        .release();
                return new Report(Map.of("released", name), () -> "");
            }
        }
    }

    @Command(
            name = "status",
            description = "Shows how the builds stand on this host; ends with 1 if the last one of any failed.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Status extends ReportingCommand {
        @Mixin
        private GoldenOptions options = new GoldenOptions();

        @Parameters(index = "0", arity = "0..1", paramLabel = "PROJECT", description = "Only this one.")
        private @Nullable String project;

        Status(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            List<GoldenBuildStatus> statuses = GoldenBuildService.statuses(options.builds()).stream()
                    .filter(status -> project == null || status.project().equals(project))
                    .toList();
            StringBuilder text = new StringBuilder();
            statuses.forEach(status -> text.append(GoldenText.line(status)));
            boolean failed = statuses.stream().anyMatch(status -> status.state() == GoldenBuildState.FAILED);
            return new Report(
                    Map.of("builds", statuses.stream().map(GoldenText::json).toList()),
                    text::toString,
                    failed ? ExitCode.FAILED : ExitCode.DONE);
        }
    }

    @Command(
            name = "gc",
            description = "Removes generations and layers that nothing needs, and what processes that died left.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Collect extends ReportingCommand {
        @Mixin
        private GoldenOptions options = new GoldenOptions();

        Collect(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            try (GoldenStore store = options.open()) {
                CollectReport report = store.collect();
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("generations", report.generations());
                json.put("sessions", report.sessions());
                json.put("leftovers", report.leftovers());
                json.put("layers", report.layers());
                json.put("kept", report.kept());
                json.put("usedBytes", report.usedBytes());
                json.put("freeBytes", report.freeBytes());
                return new Report(
                        json,
                        () -> "removed " + report.generations().size() + " generations, "
                                + report.sessions().size() + " sessions, " + report.layers() + " layers and "
                                + report.leftovers() + " leftovers; " + DataSize.ofBytes(report.usedBytes())
                                + " in use\n");
            }
        }
    }
}
