package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.registry.DepotRegistry;
import io.sandboximage.depot.registry.DepotRepositories;
import io.sandboximage.depot.registry.DepotRepository;
import io.sandboximage.depot.registry.RepositoryImage;
import io.sandboximage.depot.registry.RetentionPolicy;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code depot repository …}: repositories of an organization. */
final class DepotRepositoryCommands {
    private DepotRepositoryCommands() {}

    static CommandLine of(Terminal terminal) {
        return CommandGroup.of("repository", "Repositories of an organization, and what they keep.")
                .addSubcommand(new ListAll(terminal))
                .addSubcommand(new Create(terminal))
                .addSubcommand(new Delete(terminal))
                .addSubcommand(new Images(terminal))
                .addSubcommand(new Untag(terminal))
                .addSubcommand(new Retention(terminal));
    }

    /** A command about repositories. */
    abstract static class Call extends DepotCall {
        Call(Terminal terminal) {
            super(terminal);
        }

        abstract Report call(DepotRepositories repositories);

        @Override
        final Report call(DepotAccess access, ProgressTask progress) {
            try (DepotRegistry registry = DepotRegistry.open(access)) {
                return call(registry.repositories());
            }
        }
    }

    @Command(name = "list", description = "Lists repositories.", mixinStandardHelpOptions = true)
    static final class ListAll extends Call {
        ListAll(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories) {
            List<DepotRepository> all = repositories.list();
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("NAME", "TAGS", "SIZE"));
            all.forEach(r -> rows.add(List.of(
                    r.name(),
                    Long.toString(r.tags()),
                    DataSize.ofBytes(r.sizeBytes()).toString())));
            List<Map<String, Object>> json = all.stream()
                    .map(r -> Map.<String, Object>of("name", r.name(), "tags", r.tags(), "sizeBytes", r.sizeBytes()))
                    .toList();
            return new Report(Map.of("repositories", json), () -> Texts.table(rows));
        }
    }

    /** A command about one repository. */
    abstract static class OfOne extends Call {
        @Parameters(index = "0", paramLabel = "REPOSITORY")
        private @Nullable String repository;

        OfOne(Terminal terminal) {
            super(terminal);
        }

        abstract Report call(DepotRepositories repositories, String repository);

        @Override
        final Report call(DepotRepositories repositories) {
            return call(repositories, given(repository));
        }
    }

    @Command(name = "create", description = "Makes a repository.", mixinStandardHelpOptions = true)
    static final class Create extends OfOne {
        Create(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories, String repository) {
            repositories.create(repository);
            return new Report(Map.of("created", repository), () -> repository + " created\n");
        }
    }

    @Command(name = "delete", description = "Deletes a repository with its images.", mixinStandardHelpOptions = true)
    static final class Delete extends OfOne {
        Delete(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories, String repository) {
            repositories.delete(repository);
            return new Report(Map.of("deleted", repository), () -> repository + " deleted\n");
        }
    }

    @Command(name = "images", description = "Lists images.", mixinStandardHelpOptions = true)
    static final class Images extends OfOne {
        Images(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories, String repository) {
            List<RepositoryImage> all = repositories.images(repository);
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("DIGEST", "SIZE", "TAGS"));
            all.forEach(i -> rows.add(List.of(
                    i.digest().toString(),
                    DataSize.ofBytes(i.sizeBytes()).toString(),
                    Texts.printable(String.join(", ", i.tags())))));
            List<Map<String, Object>> json = all.stream()
                    .map(i -> Map.<String, Object>of(
                            "digest", i.digest().toString(), "sizeBytes", i.sizeBytes(), "tags", i.tags()))
                    .toList();
            return new Report(Map.of("images", json), () -> Texts.table(rows));
        }
    }

    @Command(name = "untag", description = "Removes a tag.", mixinStandardHelpOptions = true)
    static final class Untag extends OfOne {
        @Parameters(index = "1", paramLabel = "TAG")
        private @Nullable String tag;

        Untag(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories, String repository) {
            repositories.deleteTag(repository, given(tag));
            return new Report(Map.of("deleted", given(tag)), () -> repository + ":" + tag + " deleted\n");
        }
    }

    @Command(
            name = "retention",
            description = "Shows or sets what a repository keeps.",
            mixinStandardHelpOptions = true)
    static final class Retention extends OfOne {
        @Option(names = "--keep-tags", paramLabel = "N", description = "Only the newest ones.")
        private @Nullable Integer keepTags;

        @Option(names = "--keep-days", paramLabel = "N", description = "Only images that are no older.")
        private @Nullable Integer keepDays;

        @Option(names = "--keep-everything")
        private boolean everything;

        @Option(names = "--default", description = "What Depot does where nothing is set.")
        private boolean unset;

        Retention(Terminal terminal) {
            super(terminal);
        }

        @Override
        Report call(DepotRepositories repositories, String repository) {
            boolean numbers = keepTags != null || keepDays != null;
            if ((numbers ? 1 : 0) + (everything ? 1 : 0) + (unset ? 1 : 0) > 1) {
                throw new InvalidRequestException("A repository keeps either some tags and days, or everything, or what"
                        + " is usual: choose one");
            }
            if (unset) {
                repositories.removeRetention(repository);
            } else if (everything) {
                repositories.retention(repository, RetentionPolicy.everything());
            } else if (numbers) {
                repositories.retention(repository, new RetentionPolicy(true, number(keepTags), number(keepDays)));
            }
            return report(repositories.retention(repository));
        }

        private static OptionalInt number(@Nullable Integer value) {
            return value == null ? OptionalInt.empty() : OptionalInt.of(value);
        }

        private static Report report(Optional<RetentionPolicy> policy) {
            Map<String, Object> json = new LinkedHashMap<>();
            policy.ifPresent(p -> {
                json.put("enabled", p.enabled());
                p.keepCount().ifPresent(n -> json.put("keepTags", n));
                p.keepDays().ifPresent(n -> json.put("keepDays", n));
            });
            return new Report(Map.of("retention", json), () -> json.isEmpty() ? "as usual\n" : json + "\n");
        }
    }
}
