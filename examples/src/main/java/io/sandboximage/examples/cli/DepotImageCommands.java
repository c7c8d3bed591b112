package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.registry.DepotRegistry;
import io.sandboximage.depot.registry.SavedImage;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot image …} and {@code depot pull-token}: what projects keep. */
final class DepotImageCommands {
    private DepotImageCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("image", "Images that a project keeps.")
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Delete(terminal));
    }

    @Command(name = "list", description = "Lists images, the newest first.", mixinStandardHelpOptions = true)
    static final class ListAll extends DepotCall {
        @Option(names = "--project", paramLabel = "ID")
        private @Nullable String project;

        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotRegistry registry = DepotRegistry.open(access)) {
                List<SavedImage> all = registry.images(project(project));
                List<List<String>> rows = new ArrayList<>();
                rows.add(List.of("TAG", "SIZE", "PUSHED", "DIGEST"));
                all.forEach(i -> rows.add(List.of(
                        Texts.printable(i.tag()),
                        DataSize.ofBytes(i.sizeBytes()).toString(),
                        i.pushedAt().toString(),
                        i.digest().toString())));
                List<Map<String, Object>> json = all.stream()
                        .map(i -> Map.<String, Object>of(
                                "tag", i.tag(),
                                "digest", i.digest().toString(),
                                "sizeBytes", i.sizeBytes(),
                                "pushedAt", i.pushedAt().toString()))
                        .toList();
                return new Report(Map.of("images", json), () -> Texts.table(rows));
            }
        }
    }

    @Command(name = "delete", description = "Deletes images by their tags.", mixinStandardHelpOptions = true)
    static final class Delete extends DepotCall {
        @Option(names = "--project", paramLabel = "ID")
        private @Nullable String project;

        @Parameters(arity = "1..*", paramLabel = "TAG")
        private List<String> tags = new ArrayList<>();

        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotRegistry registry = DepotRegistry.open(access)) {
                registry.delete(project(project), tags);
            }
            return new Report(Map.of("deleted", tags), () -> String.join(", ", tags) + " deleted\n");
        }
    }

    @Command(
            name = "pull-token",
            description = "Prints a token that reads images of a project, or of a build, for about an hour.",
            mixinStandardHelpOptions = true)
    static final class PullToken extends DepotCall {
        @Option(names = "--project", paramLabel = "ID")
        private @Nullable String project;

        @Parameters(arity = "0..1", paramLabel = "BUILD")
        private @Nullable String build;

        PullToken(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotAccess access, ProgressTask progress) {
            try (DepotRegistry registry = DepotRegistry.open(access)) {
                var token = build == null ? registry.pullToken(project(project)) : registry.pullTokenOfBuild(build);
                return new Report(
                        Map.of("token", token.token(), "registry", token.registryHost()), () -> token.token() + "\n");
            }
        }
    }
}
