package io.sandboximage.examples.cli;

import io.sandboximage.depot.project.NewProjectToken;
import io.sandboximage.depot.project.ProjectAccess;
import io.sandboximage.depot.project.ProjectToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code depot token …}: tokens that are good for one project. */
final class DepotTokenCommands {
    private DepotTokenCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("token", "Tokens that are good for one project.")
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Create(terminal))
                .addSubcommand(new Describe(terminal))
                .addSubcommand(new Delete(terminal));
    }

    @Command(name = "list", description = "Lists tokens, without their secrets.", mixinStandardHelpOptions = true)
    static final class ListAll extends DepotTrustCommands.OfProject {
        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            List<ProjectToken> all = access.tokens();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "DESCRIPTION"));
            all.forEach(t -> rows.add(List.of(t.id(), Texts.printable(t.description()))));
            List<Map<String, Object>> json = all.stream()
                    .map(t -> Map.<String, Object>of("id", t.id(), "description", t.description()))
                    .toList();
            return new Report(Map.of("tokens", json), () -> Texts.table(rows));
        }
    }

    @Command(
            name = "create",
            description = "Makes a token and prints its secret, which is never shown again.",
            mixinStandardHelpOptions = true)
    static final class Create extends DepotTrustCommands.OfProject {
        @Parameters(paramLabel = "DESCRIPTION")
        private @Nullable String description;

        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            NewProjectToken made = access.createToken(given(description));
            return new Report(Map.of("id", made.id(), "secret", made.secret()), () -> made.secret() + "\n");
        }
    }

    @Command(name = "describe", description = "Changes a token's description.", mixinStandardHelpOptions = true)
    static final class Describe extends DepotTrustCommands.OfProject {
        @Parameters(index = "0", paramLabel = "TOKEN")
        private @Nullable String token;

        @Parameters(index = "1", paramLabel = "DESCRIPTION")
        private @Nullable String description;

        Describe(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            access.describeToken(given(token), given(description));
            return new Report(
                    Map.of("id", given(token), "description", given(description)), () -> token + " changed\n");
        }
    }

    @Command(name = "delete", description = "Deletes a token.", mixinStandardHelpOptions = true)
    static final class Delete extends DepotTrustCommands.OfProject {
        @Parameters(paramLabel = "TOKEN")
        private @Nullable String token;

        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            access.deleteToken(given(token));
            return new Report(Map.of("deleted", given(token)), () -> token + " deleted\n");
        }
    }
}
