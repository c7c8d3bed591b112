package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.Registries;
import io.sandboximage.daytona.registry.DaytonaRegistry;
import io.sandboximage.daytona.registry.EnsuredRegistry;
import io.sandboximage.daytona.registry.RegistrySpec;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about registries. Passwords come from the environment: command lines are for all to see. */
final class DaytonaRegistryCommands {
    private DaytonaRegistryCommands() {}

    @Command(name = "list", description = "Lists registries.", mixinStandardHelpOptions = true)
    static final class ListAll extends DaytonaCall {
        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            List<DaytonaRegistry> all = client.registries().list();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "NAME", "URL", "USER", "PROJECT"));
            all.forEach(r -> rows.add(List.of(r.id(), r.name(), r.url(), r.username(), r.project())));
            return new Report(
                    Map.of(
                            "registries",
                            all.stream().map(DaytonaRegistryCommands::json).toList()),
                    () -> Texts.table(rows));
        }
    }

    @Command(
            name = "ensure",
            description = "Makes a registry known to Daytona, or gives it a new password.",
            mixinStandardHelpOptions = true)
    static final class Ensure extends DaytonaCall {
        @Parameters(paramLabel = "URL", description = "Host as in image names, for instance ghcr.io.")
        private @Nullable String url;

        @Option(names = "--name", defaultValue = "", description = "The host unless given.")
        private String name = "";

        @Option(names = "--username", defaultValue = "")
        private String username = "";

        @Option(names = "--project", defaultValue = "", description = "Part of the path.")
        private String project = "";

        @Option(
                names = "--password-env",
                paramLabel = "VARIABLE",
                required = true,
                description = "The environment variable that holds the password or token.")
        private String variable = "";

        Ensure(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            String host = given(url);
            RegistrySpec spec = RegistrySpec.of(
                            name.isEmpty() ? host : name, host, username, secret(terminal(), variable))
                    .project(project);
            return report(client.registries().ensure(spec));
        }
    }

    @Command(
            name = "ensure-depot",
            description = "Lets Daytona pull from Depot's registry, with the token in DEPOT_TOKEN.",
            mixinStandardHelpOptions = true)
    static final class EnsureDepot extends DaytonaCall {
        @Option(names = "--host", defaultValue = Registries.DEPOT, description = "${DEFAULT-VALUE} unless given.")
        private String host = Registries.DEPOT;

        EnsureDepot(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            return report(client.registries().ensureDepotRegistry(host, secret(terminal(), "DEPOT_TOKEN")));
        }
    }

    @Command(name = "delete", description = "Deletes a registry.", mixinStandardHelpOptions = true)
    static final class Delete extends DaytonaCall {
        @Parameters(paramLabel = "ID")
        private @Nullable String id;

        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            client.registries().delete(given(id));
            return new Report(Map.of("deleted", given(id)), () -> id + " deleted\n");
        }
    }

    private static String secret(Terminal terminal, String variable) {
        String secret = terminal.environment().getOrDefault(variable, "");
        if (secret.isEmpty()) {
            throw new InvalidRequestException("The environment variable " + variable + " is not set");
        }
        return secret;
    }

    private static Report report(EnsuredRegistry ensured) {
        Map<String, Object> json = json(ensured.registry());
        String outcome = ensured.outcome().name().toLowerCase(Locale.ROOT);
        json.put("outcome", outcome);
        return new Report(json, () -> ensured.registry().url() + " " + outcome + "\n");
    }

    private static Map<String, Object> json(DaytonaRegistry registry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", registry.id());
        json.put("name", registry.name());
        json.put("url", registry.url());
        json.put("username", registry.username());
        json.put("project", registry.project());
        return json;
    }
}
