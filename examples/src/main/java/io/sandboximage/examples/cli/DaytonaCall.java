package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.DaytonaClientBuilder;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.error.CancelledException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands of Daytona share: access from the environment, and a client for the time of the command. */
abstract class DaytonaCall extends ReportingCommand {
    private final Terminal terminal;

    @Option(
            names = "--api-url",
            paramLabel = "URL",
            description =
                    "Daytona's API; DAYTONA_API_URL or the cloud unless given. The key comes from DAYTONA_API_KEY,"
                            + " DAYTONA_JWT_TOKEN with DAYTONA_ORGANIZATION_ID, or the profile of Daytona's command line.")
    private @Nullable URI apiUrl;

    @Option(names = "--region", paramLabel = "ID", description = "DAYTONA_TARGET unless given.")
    private @Nullable String region;

    DaytonaCall(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    abstract Report call(DaytonaClient client, ProgressTask progress);

    @Override
    final Report execute(ProgressRenderer renderer) {
        DaytonaClientBuilder builder = DaytonaClient.builder()
                .environment(terminal.environment(), Path.of(System.getProperty("user.home", ".")))
                .source("sandbox-image-cli");
        if (apiUrl != null) {
            builder.baseUrl(apiUrl);
        }
        if (region != null) {
            builder.region(region);
        }
        try (DaytonaClient client = builder.build();
                ProgressTask progress = ProgressTask.root(renderer, "daytona")) {
            Report report = call(client, progress);
            progress.done();
            return report;
        }
    }

    Terminal terminal() {
        return terminal;
    }

    /** A line of output before the report, where the report is not JSON. */
    void line(String text) {
        CancelledException.throwIfInterrupted("writing the log");
        (json() ? terminal.errors() : terminal.out()).println(Texts.printable(text));
    }

    static Map<String, Object> json(DaytonaSnapshot snapshot) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", snapshot.id());
        json.put("name", snapshot.name());
        json.put("state", snapshot.state().value());
        snapshot.image().ifPresent(image -> json.put("image", image));
        snapshot.errorReason().ifPresent(reason -> json.put("errorReason", reason));
        snapshot.sizeGb().ifPresent(size -> json.put("sizeGb", size));
        json.put("cpu", snapshot.resources().cpu());
        json.put("memoryGb", snapshot.resources().memoryGb());
        json.put("diskGb", snapshot.resources().diskGb());
        json.put("entrypoint", snapshot.entrypoint());
        json.put("regions", snapshot.regions());
        json.put("createdAt", snapshot.createdAt().toString());
        return json;
    }
}
