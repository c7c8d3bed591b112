package io.sandboximage.examples.cli;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.sandbox.ExecRequest;
import io.sandboximage.sandbox.ExecResult;
import io.sandboximage.sandbox.LocalSandbox;
import io.sandboximage.sandbox.SandboxInfo;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sandbox …}: sandboxes on a Docker engine. */
final class SandboxCommands {
    private SandboxCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("sandbox", "Starts sandboxes of an image on a Docker engine, and runs programs in them.")
                .addSubcommand(new CommandLine(new SandboxRunCommand(terminal)).setStopAtPositional(true))
                .addSubcommand(new CommandLine(new Exec(terminal)).setStopAtPositional(true))
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Logs(terminal))
                .addSubcommand(new Remove(terminal));
    }

    @Command(
            name = "exec",
            description = "Runs a program in a sandbox, with its streams and its exit code.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Exec extends ReportingCommand {
        private final Terminal terminal;

        @Mixin
        private EngineOption host = new EngineOption();

        @Parameters(index = "0", paramLabel = "NAME")
        private @Nullable String name;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
        private List<String> command = new ArrayList<>();

        @Option(
                names = {"-i", "--interactive"},
                description = "Pass standard input on.")
        private boolean interactive;

        @Mixin
        private VariableOptions variables = new VariableOptions();

        @Option(
                names = {"-w", "--workdir"},
                paramLabel = "DIR",
                defaultValue = "",
                description = "Where to run it.")
        private String workingDirectory = "";

        @Option(
                names = {"-u", "--user"},
                paramLabel = "USER[:GROUP]",
                defaultValue = "",
                description = "Who runs it.")
        private String user = "";

        Exec(Terminal terminal) {
            super(terminal);
            this.terminal = terminal;
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            LocalSandbox sandbox = LocalSandbox.find(host.engine(), given(name));
            try {
                ExecRequest request = ExecRequest.of(command.toArray(new String[0]))
                        .env(variables.all())
                        .workingDirectory(workingDirectory)
                        .user(user);
                return run(sandbox, interactive ? request.input(terminal.in()) : request);
            } finally {
                sandbox.release();
            }
        }

        private Report run(LocalSandbox sandbox, ExecRequest request) {
            if (!json()) {
                return new Report(Map.of(), () -> "", sandbox.exec(request, terminal.out(), terminal.err()));
            }
            ExecResult result = sandbox.exec(request);
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("exitCode", result.exitCode());
            report.put("output", result.output());
            report.put("errors", result.errors());
            return new Report(report, () -> "", result.exitCode());
        }
    }

    @Command(
            name = "list",
            description = "Lists the sandboxes of an engine.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class ListAll extends ReportingCommand {
        @Mixin
        private EngineOption host = new EngineOption();

        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            List<SandboxInfo> all = LocalSandbox.list(host.engine());
            List<Map<String, Object>> json = new ArrayList<>();
            List<List<String>> rows = new ArrayList<>();
            for (SandboxInfo sandbox : all) {
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("name", sandbox.name());
                entry.put("id", sandbox.id());
                entry.put("image", sandbox.image());
                entry.put("running", sandbox.running());
                sandbox.expires().ifPresent(time -> entry.put("expires", time.toString()));
                json.add(entry);
                rows.add(List.of(sandbox.name(), sandbox.running() ? "running" : "ended", sandbox.image()));
            }
            return new Report(Map.of("sandboxes", json), () -> Texts.table(rows));
        }
    }

    @Command(
            name = "logs",
            description = "Shows what a sandbox wrote.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Logs extends ReportingCommand {
        private final Terminal terminal;

        @Mixin
        private EngineOption host = new EngineOption();

        @Parameters(paramLabel = "NAME")
        private @Nullable String name;

        @Option(
                names = {"-f", "--follow"},
                description = "Go on until the sandbox ends.")
        private boolean follow;

        Logs(Terminal terminal) {
            super(terminal);
            this.terminal = terminal;
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            LocalSandbox sandbox = LocalSandbox.find(host.engine(), given(name));
            try {
                // One object is all that standard output has room for.
                OutputStream out = json() ? terminal.err() : terminal.out();
                sandbox.logs(follow, out, terminal.err());
                return new Report(Map.of("name", sandbox.name()), () -> "");
            } finally {
                sandbox.release();
            }
        }
    }

    @Command(
            name = "rm",
            description = "Kills and removes sandboxes; their stores stay.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Remove extends ReportingCommand {
        @Mixin
        private EngineOption host = new EngineOption();

        @Parameters(arity = "0..*", paramLabel = "NAME")
        private List<String> names = new ArrayList<>();

        @Option(names = "--leftovers", description = "Those whose lifetime is over, or whose process is gone.")
        private boolean leftovers;

        Remove(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            DockerHost engine = host.engine();
            List<String> removed = new ArrayList<>();
            try (ProgressTask task = ProgressTask.root(renderer, "remove sandboxes")) {
                for (String name : names) {
                    LocalSandbox.find(engine, name).close();
                    removed.add(name);
                }
                if (leftovers) {
                    removed.addAll(LocalSandbox.reap(engine));
                }
                task.done();
            }
            return new Report(
                    Map.of("removed", removed), () -> removed.isEmpty() ? "" : String.join("\n", removed) + "\n");
        }
    }
}
