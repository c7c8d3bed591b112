package io.sandboximage.examples.cli;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.ProjectFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who we are to Depot, and which project builds. */
final class DepotOptions {
    private static final String EXISTING_BUILD = "DEPOT_BUILD_ID";

    @Option(
            names = "--project",
            paramLabel = "ID",
            description = "With --builder depot: the project; DEPOT_PROJECT_ID or a depot.json unless given.")
    private @Nullable String project;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Who we are to Depot; unless given, what Depot's command line would take.")
    private @Nullable String token;

    boolean given() {
        return project != null || token != null;
    }

    DepotAccess access(Map<String, String> environment) {
        DepotAccess access = DepotAccess.fromEnvironment(environment, Path.of(System.getProperty("user.home", ".")));
        return token == null ? access : access.tokens(TokenProvider.of(token));
    }

    /** The builder for a context; it shares the connection. */
    DepotBuilder builder(
            DepotBuilder connection,
            CredentialProvider credentials,
            String context,
            Optional<String> file,
            Map<String, String> environment) {
        DepotBuilder builder = connection.credentials(credentials);
        Optional<String> known =
                Optional.ofNullable(project).or(() -> ProjectFile.near(folders(context, file), environment));
        if (known.isPresent()) {
            builder = builder.project(known.get());
        }
        String existing = environment.getOrDefault(EXISTING_BUILD, "");
        return existing.isBlank() ? builder : builder.existing(existing);
    }

    /** Where a file may name the project: what is built, or the current folder where that is not on this machine. */
    private static List<Path> folders(String context, Optional<String> file) {
        List<Path> folders = new ArrayList<>();
        if (!context.contains("://") && Files.isDirectory(Path.of(context))) {
            folders.add(Path.of(context));
        }
        file.map(name -> Path.of(name).toAbsolutePath())
                .filter(Files::isRegularFile)
                .map(Path::getParent)
                .ifPresent(folders::add);
        return folders.isEmpty() ? List.of(Path.of("")) : folders;
    }
}
