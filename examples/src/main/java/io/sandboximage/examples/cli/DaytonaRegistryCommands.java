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
import picocli.CommandLine.Mixin;
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

    /** What a registry is, but its password. */
    static final class Options {
        @Option(names = "--name", defaultValue = "", description = "The host unless given.")
        private String name = "";

        @Option(names = "--username", defaultValue = "")
        private String username = "";

        @Option(names = "--project", defaultValue = "", description = "Part of the path.")
        private String project = "";

        RegistrySpec spec(String url, String password) {
            return RegistrySpec.of(name.isEmpty() ? url : name, url, username, password)
                    .project(project);
        }
    }

    /** Commands that write a registry of a URL. */
    private abstract static class Writing extends DaytonaCall {
        @Parameters(paramLabel = "URL", description = "Host as in image names, for instance ghcr.io.")
        private @Nullable String url;

        @Mixin
        private Options options = new Options();

        @Option(
                names = "--password-env",
                paramLabel = "VARIABLE",
                required = true,
                description = "The environment variable that holds the password or token.")
        private String variable = "";

        Writing(Terminal terminal) {
            super(terminal);
        }

        final RegistrySpec spec() {
            return options.spec(given(url), secret(terminal(), variable));
        }
    }

    @Command(
            name = "ensure",
            description = "Makes a registry known to Daytona, or gives it a new password.",
            mixinStandardHelpOptions = true)
    static final class Ensure extends Writing {
        Ensure(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            return report(client.registries().ensure(spec()));
        }
    }

    @Command(
            name = "create",
            description = "Makes a registry, also where there is one of that URL.",
            mixinStandardHelpOptions = true)
    static final class Create extends Writing {
        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            return report(client.registries().create(spec()), "created");
        }
    }

    @Command(
            name = "update",
            description = "Writes all of a registry anew; its password stays unless one is given.",
            mixinStandardHelpOptions = true)
    static final class Update extends DaytonaCall {
        @Parameters(index = "0", paramLabel = "ID")
        private @Nullable String id;

        @Parameters(index = "1", paramLabel = "URL", description = "Host as in image names, for instance ghcr.io.")
        private @Nullable String url;

        @Mixin
        private Options options = new Options();

        @Option(
                names = "--password-env",
                paramLabel = "VARIABLE",
                defaultValue = "",
                description = "The environment variable that holds the new password or token.")
        private String variable = "";

        Update(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            String password = variable.isEmpty() ? "" : secret(terminal(), variable);
            return report(client.registries().update(given(id), options.spec(given(url), password)), "updated");
        }
    }

    @Command(name = "get", description = "Shows one registry.", mixinStandardHelpOptions = true)
    static final class Get extends DaytonaCall {
        @Parameters(paramLabel = "ID")
        private @Nullable String id;

        Get(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DaytonaClient client, ProgressTask progress) {
            Map<String, Object> json =
                    DaytonaRegistryCommands.json(client.registries().get(given(id)));
            return new Report(json, () -> {
                List<List<String>> rows = new ArrayList<>();
                json.forEach((key, value) -> rows.add(List.of(key, value.toString())));
                return Texts.table(rows);
            });
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
        return report(ensured.registry(), ensured.outcome().name().toLowerCase(Locale.ROOT));
    }

    private static Report report(DaytonaRegistry registry, String outcome) {
        Map<String, Object> json = json(registry);
        json.put("outcome", outcome);
        return new Report(json, () -> registry.url() + " " + outcome + "\n");
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
