package io.sandboximage.examples.cli;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.project.DepotProjects;
import io.sandboximage.depot.project.ProjectAccess;
import io.sandboximage.depot.project.TrustPolicy;
import io.sandboximage.depot.project.TrustedCi;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot trust …}: CI pipelines that may build without a token. */
final class DepotTrustCommands {
    private DepotTrustCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("trust", "CI pipelines that may build in a project without a token.")
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Add(terminal))
                .addSubcommand(new Remove(terminal));
    }

    /** A command about who may build in a project. */
    abstract static class OfProject extends DepotCall {
        @Option(names = "--project", paramLabel = "ID")
        private @Nullable String project;

        OfProject(Terminal terminal) {
            super(terminal);
        }

        abstract Report call(ProjectAccess access);

        @Override
        final Report call(DepotAccess access, ProgressTask progress) {
            try (DepotProjects projects = DepotProjects.open(access)) {
                return call(projects.access(project(project)));
            }
        }
    }

    @Command(name = "list", description = "Lists trust policies.", mixinStandardHelpOptions = true)
    static final class ListAll extends OfProject {
        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            List<TrustPolicy> all = access.trustPolicies();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "PIPELINE"));
            all.forEach(p -> rows.add(List.of(p.id(), Texts.printable(text(p.ci())))));
            return new Report(
                    Map.of(
                            "trustPolicies",
                            all.stream().map(DepotTrustCommands::facts).toList()),
                    () -> Texts.table(rows));
        }
    }

    @Command(name = "add", description = "Trusts a pipeline.", mixinStandardHelpOptions = true)
    static final class Add extends OfProject {
        @Parameters(index = "0", paramLabel = "SERVICE", description = "${COMPLETION-CANDIDATES}.")
        private @Nullable Service service;

        @Parameters(
                index = "1",
                paramLabel = "OWNER/NAME",
                description =
                        "Owner and repository on GitHub, ids of organization and project on CircleCI, organization"
                                + " and pipeline on Buildkite.")
        private @Nullable String name;

        Add(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            String[] parts = given(name).split("/", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new InvalidRequestException("\"" + name + "\" is no pipeline: write OWNER/NAME");
            }
            TrustPolicy made = access.trust(
                    switch (given(service)) {
                        case github -> new TrustedCi.GitHub(parts[0], parts[1]);
                        case circleci -> new TrustedCi.CircleCi(parts[0], parts[1]);
                        case buildkite -> new TrustedCi.Buildkite(parts[0], parts[1]);
                    });
            return new Report(facts(made), () -> made.id() + " " + text(made.ci()) + "\n");
        }
    }

    /** CI services, as they are written. */
    enum Service {
        github,
        circleci,
        buildkite
    }

    @Command(name = "remove", description = "Removes a trust policy.", mixinStandardHelpOptions = true)
    static final class Remove extends OfProject {
        @Parameters(paramLabel = "POLICY")
        private @Nullable String policy;

        Remove(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(ProjectAccess access) {
            access.distrust(given(policy));
            return new Report(Map.of("removed", given(policy)), () -> policy + " removed\n");
        }
    }

    private static String text(TrustedCi ci) {
        if (ci instanceof TrustedCi.GitHub github) {
            return "github " + github.owner() + "/" + github.repository();
        }
        if (ci instanceof TrustedCi.CircleCi circle) {
            return "circleci " + circle.organizationUuid() + "/" + circle.projectUuid();
        }
        if (ci instanceof TrustedCi.Buildkite buildkite) {
            return "buildkite " + buildkite.organization() + "/" + buildkite.pipeline();
        }
        return ci.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> facts(TrustPolicy policy) {
        return Map.of("id", policy.id(), "pipeline", text(policy.ci()));
    }
}
