package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.shared.SharedBuildKit;
import io.sandboximage.shared.SharedService;
import io.sandboximage.shared.SharedStart;
import io.sandboximage.shared.SharedStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code shared …}: one BuildKit and one registry for many clients. */
final class SharedCommands {
    private SharedCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("shared", "Keeps one BuildKit and one registry running for many clients.")
                .addSubcommand(new Up(terminal))
                .addSubcommand(new Status(terminal))
                .addSubcommand(new Down(terminal));
    }

    @Command(
            name = "up",
            description = "Starts what does not run, or runs with other settings; nothing if all is well.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Up extends ReportingCommand {
        private final Terminal terminal;

        @Mixin
        private SharedOptions options = new SharedOptions();

        Up(Terminal terminal) {
            super(terminal);
            this.terminal = terminal;
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            SharedBuildKit shared = options.shared(terminal.environment());
            try (ProgressTask task = ProgressTask.root(renderer, "up")) {
                SharedStart start = shared.up(task);
                task.done();
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("started", start.started());
                json.put("address", shared.address().toString());
                json.put("registry", shared.registry());
                json.putAll(facts(start.status()));
                return new Report(json, () -> text(start.status()));
            }
        }
    }

    @Command(
            name = "status",
            description = "Shows how both are; ends with 1 if one does not answer.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Status extends ReportingCommand {
        private final Terminal terminal;

        @Mixin
        private SharedOptions options = new SharedOptions();

        Status(Terminal terminal) {
            super(terminal);
            this.terminal = terminal;
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            SharedStatus status = options.shared(terminal.environment()).status();
            return new Report(facts(status), () -> text(status), status.healthy() ? ExitCode.DONE : ExitCode.FAILED);
        }
    }

    @Command(
            name = "down",
            description = "Stops both; what they keep stays.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class Down extends ReportingCommand {
        private final Terminal terminal;

        @Mixin
        private SharedOptions options = new SharedOptions();

        @Option(
                names = {"-v", "--volumes"},
                description = "Remove cache, images and certificates too.")
        private boolean volumes;

        Down(Terminal terminal) {
            super(terminal);
            this.terminal = terminal;
        }

        @Override
        Report execute(ProgressRenderer renderer) {
            List<SharedService> stopped = options.shared(terminal.environment()).down(volumes);
            return new Report(Map.of("stopped", stopped), () -> stopped.isEmpty() ? "" : "stopped " + stopped + "\n");
        }
    }

    private static Map<String, Object> facts(SharedStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", status.name());
        json.put("healthy", status.healthy());
        for (SharedService service : SharedService.values()) {
            json.put(service.toString(), facts(service(status, service)));
        }
        status.clientCertificateExpiry().ifPresent(time -> json.put("clientCertificateExpiry", time.toString()));
        json.put("advice", status.advice());
        return json;
    }

    private static SharedStatus.Service service(SharedStatus status, SharedService service) {
        return Objects.requireNonNull(status.services().get(service));
    }

    private static Map<String, Object> facts(SharedStatus.Service service) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("running", service.running());
        json.put("healthy", service.healthy());
        json.put("address", service.address());
        json.put("version", service.version());
        service.usedBytes().ifPresent(bytes -> json.put("usedBytes", bytes));
        json.put("problem", service.problem());
        return json;
    }

    private static String text(SharedStatus status) {
        StringBuilder text = new StringBuilder();
        for (SharedService service : SharedService.values()) {
            SharedStatus.Service state = service(status, service);
            text.append(service).append(' ').append(state.address()).append(' ');
            text.append(state.healthy() ? "answers" : state.problem());
            state.usedBytes().ifPresent(bytes -> text.append(", uses ").append(DataSize.ofBytes(bytes)));
            text.append('\n');
        }
        status.advice().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
