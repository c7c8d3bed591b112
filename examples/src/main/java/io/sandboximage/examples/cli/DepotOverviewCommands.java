package io.sandboximage.examples.cli;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.build.DepotBuildInfo;
import io.sandboximage.depot.build.DepotBuilds;
import io.sandboximage.depot.project.DepotOrganization;
import io.sandboximage.depot.project.DepotProjects;
import io.sandboximage.depot.project.OrganizationUsage;
import io.sandboximage.depot.project.ProjectUsage;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Commands that only look. */
final class DepotOverviewCommands {
    private DepotOverviewCommands() {}

    @Command(name = "organizations", description = "Lists organizations.", mixinStandardHelpOptions = true)
    static final class Organizations extends DepotCall {
        Organizations(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotProjects projects = DepotProjects.open(access)) {
                List<DepotOrganization> all = projects.organizations();
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("ID", "NAME"));
                all.forEach(o -> rows.add(List.of(o.id(), Texts.printable(o.name()))));
                List<Map<String, Object>> json = all.stream()
                        .map(o -> Map.<String, Object>of("id", o.id(), "name", o.name()))
                        .toList();
                return new Report(Map.of("organizations", json), () -> Texts.table(rows));
            }
        }
    }

    @Command(name = "builds", description = "Lists the builds of a project.", mixinStandardHelpOptions = true)
    static final class Builds extends DepotCall {
        @Option(names = "--project", paramLabel = "ID")
        private @Nullable String project;

        Builds(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotBuilds builds = DepotBuilds.of(access)) {
                List<DepotBuildInfo> all = builds.list(project(project));
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("ID", "STATE", "STARTED", "TOOK"));
                all.forEach(b -> rows.add(List.of(
                        b.id(),
                        state(b),
                        b.createdAt().map(Instant::toString).orElse(""),
                        b.took().map(Texts::seconds).orElse(""))));
                return new Report(
                        Map.of(
                                "builds",
                                all.stream().map(DepotOverviewCommands::facts).toList()),
                        () -> Texts.table(rows));
            }
        }
    }

    @Command(
            name = "usage",
            description = "Shows what an organization used, or one of its projects.",
            mixinStandardHelpOptions = true)
    static final class Usage extends DepotCall {
        @Option(names = "--project", paramLabel = "ID", description = "Only this project.")
        private @Nullable String project;

        @Option(names = "--days", defaultValue = "30", description = "Up to now; ${DEFAULT-VALUE} unless given.")
        private int days;

        Usage(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            Instant to = Instant.now();
            Instant from = to.minus(Duration.ofDays(days));
            try (DepotProjects projects = DepotProjects.open(access)) {
                if (project != null) {
                    return report(List.of(projects.usage().project(project, from, to)), new LinkedHashMap<>());
                }
                Map<String, Object> json = facts(projects.usage().organization(from, to));
                return report(projects.usage().projects(from, to), json);
            }
        }

        private static Report report(List<ProjectUsage> usage, Map<String, Object> json) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("PROJECT", "BUILDS", "TIME", "CACHE"));
            usage.forEach(u -> rows.add(List.of(
                    u.projectId(),
                    Integer.toString(u.builds()),
                    Texts.seconds(u.buildTime()),
                    u.layerCacheGb() + " GB")));
            List<Map<String, Object>> projects = usage.stream()
                    .map(u -> Map.<String, Object>of(
                            "project", u.projectId(),
                            "builds", u.builds(),
                            "buildSeconds", u.buildTime().toSeconds(),
                            "layerCacheGb", u.layerCacheGb()))
                    .toList();
            json.put("projects", projects);
            return new Report(json, () -> Texts.table(rows));
        }
    }

    private static String state(DepotBuildInfo build) {
        return build.state().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> facts(DepotBuildInfo build) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", build.id());
        json.put("state", state(build));
        build.createdAt().ifPresent(at -> json.put("createdAt", at.toString()));
        build.finishedAt().ifPresent(at -> json.put("finishedAt", at.toString()));
        return json;
    }

    private static Map<String, Object> facts(OrganizationUsage usage) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("from", usage.from().toString());
        json.put("to", usage.to().toString());
        json.put(
                "builds",
                usage.builds().stream()
                        .map(b -> Map.<String, Object>of(
                                "project", b.project(), "count", b.count(), "minutesBilled", b.minutesBilled()))
                        .toList());
        json.put(
                "storage",
                usage.storage().stream()
                        .map(s -> Map.<String, Object>of("kind", s.kind(), "gb", s.gb()))
                        .toList());
        return json;
    }
}
