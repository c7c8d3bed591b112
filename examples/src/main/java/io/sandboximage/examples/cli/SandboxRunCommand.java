package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.sandbox.LocalSandbox;
import io.sandboximage.sandbox.Readiness;
import io.sandboximage.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Starts a sandbox of an image, waits until it is ready, and prints its name. It goes on running.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SandboxRunCommand extends ReportingCommand {
    @Mixin
    private EngineOption host = new EngineOption();

    @Parameters(index = "0", paramLabel = "IMAGE", description = "An image that the engine has.")
    private @Nullable String image;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "COMMAND", description = "In place of the image's own.")
    private List<String> command = new ArrayList<>();

    @Option(names = "--name", description = "Of the sandbox; otherwise one is made up.")
    private @Nullable String name;

    @Mixin
    private VariableOptions variables = new VariableOptions();

    @Option(
            names = "--checkout",
            paramLabel = "DIR",
            description = "A git clone or worktree, mounted read-only at /host/repo-checkout with its git directories.")
    private @Nullable Path checkout;

    @Option(names = "--store", paramLabel = "VOLUME[:PATH]", description = "A volume that stays; at /store if no path.")
    private List<String> stores = new ArrayList<>();

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[PORT:]PORT",
            description = "Publish a port of the sandbox on loopback; a free one unless one is given first.")
    private List<String> ports = new ArrayList<>();

    @Option(names = "--network", description = "Of the engine; otherwise bridge.")
    private @Nullable String network;

    @Option(
            names = "--ready",
            paramLabel = "PROBE",
            description = "exec:COMMAND (by sh), tcp:PORT, http:PORT/PATH, log:REGEX or file:PATH.")
    private @Nullable String ready;

    @Option(
            names = "--ready-limit",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for that.")
    private int readySeconds;

    @Option(names = "--lifetime", paramLabel = "HOURS", defaultValue = "24", description = "Then it is a leftover.")
    private int lifetimeHours;

    SandboxRunCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        SandboxSpec spec = spec();
        try (ProgressTask task = ProgressTask.root(renderer, "run " + image)) {
            LocalSandbox sandbox = spec.start(host.engine(), task);
            try {
                task.done();
                return report(sandbox);
            } finally {
                sandbox.release();
            }
        }
    }

    private Report report(LocalSandbox sandbox) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", sandbox.name());
        json.put("id", sandbox.id());
        json.put("image", given(image));
        Map<String, Object> addresses = new LinkedHashMap<>();
        for (String port : ports) {
            int inside = Integer.parseInt(port.substring(port.indexOf(':') + 1));
            addresses.put(Integer.toString(inside), sandbox.address(inside));
        }
        json.put("ports", addresses);
        return new Report(json, () -> sandbox.name() + "\n");
    }

    private SandboxSpec spec() {
        SandboxSpec spec = SandboxSpec.image(given(image))
                .command(command.toArray(new String[0]))
                .lifetime(Duration.ofHours(lifetimeHours))
                .detached();
        for (Map.Entry<String, String> variable : variables.all().entrySet()) {
            spec = spec.env(variable.getKey(), variable.getValue());
        }
        for (String store : stores) {
            int colon = store.indexOf(':');
            spec = colon < 0 ? spec.store(store) : spec.store(store.substring(0, colon), store.substring(colon + 1));
        }
        for (String port : ports) {
            spec = port(spec, port);
        }
        if (name != null) {
            spec = spec.name(name);
        }
        if (network != null) {
            spec = spec.network(network);
        }
        if (checkout != null) {
            spec = spec.checkout(checkout);
        }
        return ready == null ? spec : spec.ready(probe(ready), Duration.ofSeconds(readySeconds));
    }

    private static SandboxSpec port(SandboxSpec spec, String text) {
        if (!text.matches("([0-9]{1,5}:)?[0-9]{1,5}")) {
            throw new InvalidRequestException("\"" + text + "\" is not a port to publish: write 8080 or 3000:8080");
        }
        int colon = text.indexOf(':');
        int inside = Integer.parseInt(text.substring(colon + 1));
        return colon < 0 ? spec.port(inside) : spec.port(inside, Integer.parseInt(text.substring(0, colon)));
    }

    private static Readiness probe(String text) {
        int colon = text.indexOf(':');
        String rest = text.substring(colon + 1);
        switch (colon < 0 ? "" : text.substring(0, colon)) {
            case "exec" -> {
                return Readiness.exec("sh", "-c", rest);
            }
            case "log" -> {
                return Readiness.logLine(rest);
            }
            case "file" -> {
                return Readiness.file(rest);
            }
            case "tcp" -> {
                if (rest.matches("[0-9]{1,5}")) {
                    return Readiness.tcp(Integer.parseInt(rest));
                }
            }
            case "http" -> {
                if (rest.matches("[0-9]{1,5}(/.*)?")) {
                    String port = rest.split("/", 2)[0];
                    String path = rest.substring(port.length());
                    return Readiness.http(Integer.parseInt(port), path.isEmpty() ? "/" : path);
                }
            }
            default -> {}
        }
        throw new InvalidRequestException("\"" + text
                + "\" is not a probe: write exec:COMMAND, tcp:PORT, http:PORT/PATH, log:REGEX or file:PATH");
    }
}
