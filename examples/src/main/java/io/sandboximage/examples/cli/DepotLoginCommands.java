package io.sandboximage.examples.cli;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.DepotConfig;
import io.sandboximage.depot.build.ProjectFile;
import io.sandboximage.depot.login.DeviceLogin;
import io.sandboximage.error.ConflictException;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot login}, {@code logout} and {@code init}: what Depot's own command line writes down, in the same files. */
final class DepotLoginCommands {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private DepotLoginCommands() {}

    private static DepotConfig config(Terminal terminal) {
        return DepotConfig.ofUser(terminal.environment(), Path.of(System.getProperty("user.home", ".")));
    }

    @Command(
            name = "login",
            description = "Logs in by a page that somebody opens in a browser.",
            mixinStandardHelpOptions = true)
    static final class Login extends DepotCall {
        @Option(names = "--org-id", paramLabel = "ID", description = "The organization to keep as one's own.")
        private @Nullable String keptOrganization;

        @Option(names = "--clear", description = "Forgets an earlier login first.")
        private boolean clear;

        Login(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            DepotConfig config = config(terminal());
            if (clear) {
                config.clear();
            }
            if (config.apiToken().isPresent()) {
                return report(config, "You are logged in already.");
            }
            try (DeviceLogin login = DeviceLogin.begin(access)) {
                terminal().errors().println("Approve the login at " + login.approveUrl());
                terminal().errors().flush();
                login.awaitInto(config, Optional.ofNullable(keptOrganization), LIMIT);
            }
            return report(config, "You are logged in.");
        }

        private static Report report(DepotConfig config, String text) {
            return new Report(Map.of("config", config.file().toString()), () -> text + "\n");
        }
    }

    @Command(name = "logout", description = "Forgets the login.", mixinStandardHelpOptions = true)
    static final class Logout extends DepotCall {
        Logout(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            DepotConfig config = config(terminal());
            config.clear();
            return new Report(Map.of("config", config.file().toString()), () -> "You are logged out.\n");
        }
    }

    @Command(name = "init", description = "Writes down a folder's project.", mixinStandardHelpOptions = true)
    static final class Init extends DepotCall {
        @Parameters(paramLabel = "DIR", arity = "0..1", description = "The current folder unless given.")
        private Path folder = Path.of("");

        @Option(names = "--project", paramLabel = "ID", required = true)
        private @Nullable String project;

        @Option(names = "--force", description = "Also over what is there.")
        private boolean force;

        Init(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            Optional<Path> there = ProjectFile.find(folder);
            if (there.isPresent() && !force) {
                throw new ConflictException(
                        there.get() + " names a project already: give --force to have another one there");
            }
            Path file = ProjectFile.write(folder.toAbsolutePath(), given(project));
            return new Report(Map.of("file", file.toString(), "project", given(project)), () -> file + "\n");
        }
    }
}
