package io.sandboximage.examples.cli;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.build.ProjectFile;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands of Depot share: access from the environment, as Depot's own command line takes it. */
abstract class DepotCall extends ReportingCommand {
    private final Terminal terminal;

    @Option(
            names = "--api-url",
            paramLabel = "URL",
            description = "Depot's API; DEPOT_API_URL or Depot's own unless given. The token comes from DEPOT_TOKEN,"
                    + " the configuration file of Depot's command line, or the identity of a CI job.")
    private @Nullable URI apiUrl;

    @Option(names = "--org", paramLabel = "ID", description = "DEPOT_ORG_ID unless given.")
    private @Nullable String organization;

    DepotCall(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    abstract Report call(DepotAccess access, ProgressTask progress);

    @Override
    final Report execute(ProgressRenderer renderer) {
        DepotAccess access =
                DepotAccess.fromEnvironment(terminal.environment(), Path.of(System.getProperty("user.home", ".")));
        if (apiUrl != null) {
            access = access.at(apiUrl);
        }
        if (organization != null) {
            access = access.organization(organization);
        }
        try (ProgressTask progress = ProgressTask.root(renderer, "depot")) {
            Report report = call(access, progress);
            progress.done();
            return report;
        }
    }

    Terminal terminal() {
        return terminal;
    }

    /** What was given, else what the environment or a file here or above says. */
    Optional<String> findProject(@Nullable String given) {
        return Optional.ofNullable(given).or(() -> ProjectFile.near(Path.of(""), terminal.environment()));
    }

    String project(@Nullable String given) {
        return findProject(given)
                .orElseThrow(() -> new InvalidRequestException(
                        "Name the project: --project, DEPOT_PROJECT_ID, or a depot.json here or above"));
    }
}
