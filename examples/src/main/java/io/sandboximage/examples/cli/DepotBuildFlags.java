package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What only builds on Depot know, by the names that Depot's command line has for it. */
final class DepotBuildFlags {
    @Option(names = "--save", description = "With --builder depot: into Depot's registry.")
    private boolean save;

    @Option(names = "--save-tag", paramLabel = "TAG", description = "With --builder depot: one more tag there.")
    private List<String> saveTags = new ArrayList<>();

    @Option(
            names = "--project",
            paramLabel = "ID",
            description = "With --builder depot: the project; DEPOT_PROJECT_ID or a depot.json unless given.")
    private @Nullable String project;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "With --builder depot: who we are; unless given, what Depot's command line would take.")
    private @Nullable String token;

    boolean save() {
        return save || !saveTags.isEmpty();
    }

    List<String> saveTags() {
        return saveTags;
    }

    Optional<String> project() {
        return Optional.ofNullable(project);
    }

    Optional<String> token() {
        return Optional.ofNullable(token);
    }

    /** @throws InvalidRequestException if one of them was given: another builder would leave it out */
    void refuseElsewhere() {
        if (save() || project != null || token != null) {
            throw new InvalidRequestException(
                    "--save, --save-tag, --project and --token are for builds on Depot: give --builder depot too");
        }
    }
}
