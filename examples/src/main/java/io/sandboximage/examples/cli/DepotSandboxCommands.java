package io.sandboximage.examples.cli;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.sandbox.CommandOutput;
import io.sandboximage.depot.sandbox.DepotSandbox;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.sandbox.SandboxCommand;
import io.sandboximage.depot.sandbox.SandboxInfo;
import io.sandboximage.depot.sandbox.SandboxQuery;
import io.sandboximage.depot.sandbox.SandboxRequest;
import io.sandboximage.depot.sandbox.SandboxSnapshot;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot sandbox …}: sandboxes on Depot's machines. */
final class DepotSandboxCommands {
    /** As long as a sandbox may take to start. */
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    private DepotSandboxCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("sandbox", "Sandboxes on Depot's machines, where the organization has them.")
                .addSubcommand(new Create(terminal))
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new CommandLine(new Exec(terminal)).setStopAtPositional(true))
                .addSubcommand(new Stop(terminal))
                .addSubcommand(new Kill(terminal))
                .addSubcommand(new Capture(terminal));
    }

    private static Map<String, Object> json(SandboxInfo info) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", info.id());
        info.name().ifPresent(name -> json.put("name", name));
        json.put("status", info.status().name());
        json.put("createdAt", info.createdAt().toString());
        info.expiresAt().ifPresent(time -> json.put("expiresAt", time.toString()));
        info.image().ifPresent(image -> json.put("image", image));
        info.snapshot().ifPresent(snapshot -> json.put("snapshot", snapshot));
        info.exitCode().ifPresent(code -> json.put("exitCode", code));
        info.errorMessage().ifPresent(message -> json.put("error", message));
        return json;
    }

    private static Report report(SandboxInfo info) {
        return new Report(json(info), () -> info.id() + "  " + info.status() + "\n");
    }

    @Command(
            name = "create",
            description = "Creates a sandbox and waits until it runs.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Create extends DepotCall {
        @Option(names = "--name")
        private @Nullable String name;

        @Option(names = "--image", paramLabel = "REFERENCE", description = "What it boots from.")
        private @Nullable String image;

        @Option(names = "--snapshot", paramLabel = "ID", description = "What it boots from, instead of an image.")
        private @Nullable String snapshot;

        @Option(names = "--timeout", paramLabel = "MINUTES", description = "After which Depot ends it.")
        private @Nullable Integer timeout;

        @Mixin
        private VariableOptions variables = new VariableOptions();

        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            SandboxRequest request = SandboxRequest.defaults();
            request = name == null ? request : request.name(name);
            request = image == null ? request : request.image(image);
            request = snapshot == null ? request : request.snapshot(snapshot);
            request = timeout == null ? request : request.timeout(Duration.ofMinutes(timeout));
            for (Map.Entry<String, String> variable : variables.all().entrySet()) {
                request = request.env(variable.getKey(), variable.getValue());
            }
            try (DepotSandboxes sandboxes = DepotSandboxes.of(access)) {
                DepotSandbox sandbox = sandboxes.create(request);
                progress.info("created " + sandbox);
                return report(sandbox.awaitRunning(START_LIMIT));
            }
        }
    }

    @Command(name = "list", description = "Lists sandboxes, the newest first.", mixinStandardHelpOptions = true)
    static final class ListAll extends DepotCall {
        @Option(
                names = {"-a", "--all"},
                description = "Those that have ended too.")
        private boolean all;

        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotSandboxes sandboxes = DepotSandboxes.of(access)) {
                List<SandboxInfo> found = sandboxes.list(all ? SandboxQuery.all() : SandboxQuery.alive());
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("ID", "STATUS", "CREATED", "NAME"));
                found.forEach(info -> rows.add(List.of(
                        info.id(),
                        info.status().name(),
                        info.createdAt().toString(),
                        Texts.printable(info.name().orElse("")))));
                return new Report(
                        Map.of(
                                "sandboxes",
                                found.stream().map(DepotSandboxCommands::json).toList()),
                        () -> Texts.table(rows));
            }
        }
    }

    /** Commands about one sandbox. */
    private abstract static class OfOne extends DepotCall {
        @Parameters(index = "0", paramLabel = "ID")
        private @Nullable String id;

        OfOne(Terminal terminal) {
            super(terminal);
        }

        abstract Report call(DepotSandboxes sandboxes, DepotSandbox sandbox);

        @Override
        final Report call(DepotAccess access, ProgressTask progress) {
            try (DepotSandboxes sandboxes = DepotSandboxes.of(access)) {
                return call(sandboxes, sandboxes.get(given(id)));
            }
        }
    }

    @Command(
            name = "exec",
            description = "Runs a program in a sandbox, with its output and its exit code.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Exec extends OfOne {
        @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
        private List<String> command = new ArrayList<>();

        @Mixin
        private VariableOptions variables = new VariableOptions();

        @Option(
                names = {"-w", "--workdir"},
                paramLabel = "DIR",
                description = "Where to run it.")
        private @Nullable String directory;

        @Option(names = "--sudo", description = "Run it as root.")
        private boolean sudo;

        Exec(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotSandboxes sandboxes, DepotSandbox sandbox) {
            SandboxCommand run = new SandboxCommand(
                    command.get(0),
                    command.subList(1, command.size()),
                    Optional.ofNullable(directory),
                    variables.all(),
                    sudo,
                    false);
            if (!json()) {
                int code = sandbox.run(run, terminal().out(), terminal().err());
                return new Report(Map.of(), () -> "", code);
            }
            CommandOutput output = sandbox.run(run);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("exitCode", output.exitCode());
            json.put("output", output.output());
            json.put("errors", output.errors());
            return new Report(json, () -> "", output.exitCode());
        }
    }

    @Command(name = "stop", description = "Ends a sandbox in order.", mixinStandardHelpOptions = true)
    static final class Stop extends OfOne {
        @Option(names = "--wait", description = "Waits for its end.")
        private boolean wait;

        Stop(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotSandboxes sandboxes, DepotSandbox sandbox) {
            return report(wait ? sandbox.stopAndWait() : sandbox.stop());
        }
    }

    @Command(name = "kill", description = "Ends a sandbox at once.", mixinStandardHelpOptions = true)
    static final class Kill extends OfOne {
        Kill(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotSandboxes sandboxes, DepotSandbox sandbox) {
            return report(sandbox.kill());
        }
    }

    @Command(
            name = "snapshot",
            description = "Takes a snapshot of a sandbox and waits until it is ready.",
            mixinStandardHelpOptions = true)
    static final class Capture extends OfOne {
        /** After 35 minutes Depot itself gives a capture up. */
        private static final Duration LIMIT = Duration.ofMinutes(36);

        @Option(names = "--name")
        private @Nullable String name;

        Capture(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotSandboxes sandboxes, DepotSandbox sandbox) {
            String begun = sandbox.snapshot(Optional.ofNullable(name)).id();
            SandboxSnapshot ready = sandboxes.snapshots().awaitReady(begun, LIMIT);
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("id", ready.id());
            json.put("sandbox", ready.sandbox());
            json.put("status", ready.status().name());
            ready.imageReference().ifPresent(image -> json.put("image", image));
            return new Report(json, () -> ready.imageReference().orElse(ready.id()) + "\n");
        }
    }
}
