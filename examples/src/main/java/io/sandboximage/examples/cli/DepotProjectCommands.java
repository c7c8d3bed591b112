package io.sandboximage.examples.cli;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.project.CachePolicy;
import io.sandboximage.depot.project.DepotProject;
import io.sandboximage.depot.project.DepotProjects;
import io.sandboximage.depot.project.ProjectChange;
import io.sandboximage.depot.project.ProjectSpec;
import io.sandboximage.depot.project.VisibleProject;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot project …}. */
final class DepotProjectCommands {
    private DepotProjectCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("project", "Projects: what shares a layer cache.")
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Get(terminal))
                .addSubcommand(new Create(terminal))
                .addSubcommand(new Update(terminal))
                .addSubcommand(new Delete(terminal))
                .addSubcommand(new ResetCache(terminal));
    }

    @Command(
            name = "list",
            description = "Lists the projects of all organizations that the user is in.",
            mixinStandardHelpOptions = true)
    static final class ListAll extends DepotCall {
        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotProjects projects = DepotProjects.open(access)) {
                List<VisibleProject> all = projects.visible();
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("ID", "NAME", "ORGANIZATION"));
                all.forEach(p ->
                        rows.add(List.of(p.id(), Texts.printable(p.name()), Texts.printable(p.organizationName()))));
                List<Map<String, Object>> json = all.stream()
                        .map(p -> Map.<String, Object>of(
                                "id", p.id(),
                                "name", p.name(),
                                "organizationId", p.organizationId(),
                                "organizationName", p.organizationName()))
                        .toList();
                return new Report(Map.of("projects", json), () -> Texts.table(rows));
            }
        }
    }

    /** A command about one project, which the environment or a file may name. */
    abstract static class OfOne extends DepotCall {
        @Parameters(arity = "0..1", paramLabel = "ID")
        private @Nullable String id;

        OfOne(Terminal terminal) {
            super(terminal);
        }

        abstract Report call(DepotProjects projects, String id);

        @Override
        final Report call(DepotAccess access, ProgressTask progress) {
            try (DepotProjects projects = DepotProjects.open(access)) {
                return call(projects, project(id));
            }
        }
    }

    @Command(name = "get", description = "Shows a project.", mixinStandardHelpOptions = true)
    static final class Get extends OfOne {
        Get(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotProjects projects, String id) {
            return report(projects.get(id));
        }
    }

    @Command(name = "create", description = "Makes a project.", mixinStandardHelpOptions = true)
    static final class Create extends DepotCall {
        @Parameters(paramLabel = "NAME")
        private @Nullable String name;

        @Option(names = "--region", defaultValue = "us-east-1", description = "${DEFAULT-VALUE} unless given.")
        private String region = "";

        @Option(names = "--cache-gb", defaultValue = "50", description = "${DEFAULT-VALUE} unless given.")
        private int cacheGb;

        @Option(names = "--cache-days", defaultValue = "14", description = "${DEFAULT-VALUE} unless given; 0 for ever.")
        private int cacheDays;

        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            ProjectSpec spec =
                    ProjectSpec.of(given(name)).region(region).cachePolicy(new CachePolicy(cacheGb, cacheDays));
            try (DepotProjects projects = DepotProjects.open(access)) {
                return report(projects.create(
                        access.organization().map(spec::organization).orElse(spec)));
            }
        }
    }

    @Command(name = "update", description = "Changes what is named, and nothing else.", mixinStandardHelpOptions = true)
    static final class Update extends OfOne {
        @Option(names = "--name")
        private @Nullable String name;

        @Option(names = "--region")
        private @Nullable String region;

        @Option(names = "--cache-gb")
        private @Nullable Integer cacheGb;

        @Option(names = "--cache-days")
        private @Nullable Integer cacheDays;

        Update(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotProjects projects, String id) {
            ProjectChange change = ProjectChange.none();
            change = name == null ? change : change.name(name);
            change = region == null ? change : change.region(region);
            if (cacheGb != null || cacheDays != null) {
                CachePolicy before = projects.get(id).cachePolicy();
                change = change.cachePolicy(new CachePolicy(
                        cacheGb == null ? before.keepGb() : cacheGb,
                        cacheDays == null ? before.keepDays() : cacheDays));
            }
            return report(projects.update(id, change));
        }
    }

    @Command(
            name = "delete",
            description = "Deletes a project with its cache and its images.",
            mixinStandardHelpOptions = true)
    static final class Delete extends DepotCall {
        @Parameters(paramLabel = "ID")
        private @Nullable String id;

        @Option(names = "--yes", description = "Without this nothing is deleted.")
        private boolean yes;

        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            if (!yes) {
                throw new InvalidRequestException("Say --yes to delete the project " + id + " with all that it keeps");
            }
            try (DepotProjects projects = DepotProjects.open(access)) {
                projects.delete(given(id));
            }
            return new Report(Map.of("deleted", given(id)), () -> id + " deleted\n");
        }
    }

    @Command(
            name = "reset-cache",
            description = "Forgets the layer cache; builds begin anew.",
            mixinStandardHelpOptions = true)
    static final class ResetCache extends OfOne {
        ResetCache(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotProjects projects, String id) {
            projects.resetCache(id);
            return new Report(Map.of("reset", id), () -> "the cache of " + id + " is empty\n");
        }
    }

    private static Report report(DepotProject project) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", project.id());
        json.put("organizationId", project.organizationId());
        json.put("name", project.name());
        json.put("region", project.region());
        json.put("createdAt", project.createdAt().toString());
        json.put("cacheGb", project.cachePolicy().keepGb());
        json.put("cacheDays", project.cachePolicy().keepDays());
        project.hardware().ifPresent(hardware -> json.put("hardware", hardware.name()));
        String text = project.id() + " " + Texts.printable(project.name()) + ", " + project.region() + ", cache "
                + project.cachePolicy().keepGb() + " GB for "
                + (project.cachePolicy().keepDays() == 0
                        ? "ever"
                        : project.cachePolicy().keepDays() + " days") + "\n";
        return new Report(json, () -> text);
    }
}
