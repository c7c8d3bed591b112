package io.sandboximage.examples.cli;

import io.sandboximage.depot.registry.DepotRepositories;
import io.sandboximage.depot.registry.NewRegistryToken;
import io.sandboximage.depot.registry.RegistryToken;
import io.sandboximage.depot.registry.RegistryTokenSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot registry-token …}: tokens that only pull or push. */
final class DepotRegistryTokenCommands {
    private DepotRegistryTokenCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("registry-token", "Tokens for machines that only pull or push.")
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Create(terminal))
                .addSubcommand(new Revoke(terminal));
    }

    @Command(name = "list", description = "Lists tokens, without their secrets.", mixinStandardHelpOptions = true)
    static final class ListAll extends DepotRepositoryCommands.Call {
        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories) {
            List<RegistryToken> all = repositories.tokens().list();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "NAME", "ALLOWS", "EXPIRES", "REVOKED"));
            all.forEach(t -> rows.add(List.of(
                    t.id(),
                    Texts.printable(t.name()),
                    permission(t),
                    t.expiresAt().map(Instant::toString).orElse("never"),
                    t.revokedAt().map(Instant::toString).orElse(""))));
            return new Report(
                    Map.of(
                            "tokens",
                            all.stream().map(DepotRegistryTokenCommands::facts).toList()),
                    () -> Texts.table(rows));
        }
    }

    @Command(
            name = "create",
            description = "Makes a token and prints its secret, which is never shown again. The user name is x-token.",
            mixinStandardHelpOptions = true)
    static final class Create extends DepotRepositoryCommands.Call {
        @Parameters(paramLabel = "NAME")
        private @Nullable String name;

        @Option(names = "--push", description = "Allows to push, too.")
        private boolean push;

        @Option(names = "--repository", paramLabel = "NAME", description = "Only this one; may be repeated.")
        private List<String> names = new ArrayList<>();

        @Option(names = "--days", paramLabel = "N", description = "How long it is good; for ever unless given.")
        private @Nullable Integer days;

        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories) {
            RegistryTokenSpec spec = RegistryTokenSpec.of(
                            given(name), push ? RegistryToken.Permission.PUSH : RegistryToken.Permission.PULL)
                    .repositories(names);
            NewRegistryToken made = repositories
                    .tokens()
                    .create(days == null ? spec : spec.expiresAt(Instant.now().plus(Duration.ofDays(days))));
            Map<String, Object> json = facts(made.token());
            json.put("secret", made.secret());
            return new Report(json, () -> made.secret() + "\n");
        }
    }

    @Command(name = "revoke", description = "Makes a token useless.", mixinStandardHelpOptions = true)
    static final class Revoke extends DepotRepositoryCommands.Call {
        @Parameters(paramLabel = "TOKEN")
        private @Nullable String token;

        Revoke(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories) {
            repositories.tokens().revoke(given(token));
            return new Report(Map.of("revoked", given(token)), () -> token + " revoked\n");
        }
    }

    private static String permission(RegistryToken token) {
        return token.permission().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> facts(RegistryToken token) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", token.id());
        json.put("name", token.name());
        json.put("permission", permission(token));
        json.put("repositories", token.repositories());
        token.expiresAt().ifPresent(at -> json.put("expiresAt", at.toString()));
        token.revokedAt().ifPresent(at -> json.put("revokedAt", at.toString()));
        return json;
    }
}
