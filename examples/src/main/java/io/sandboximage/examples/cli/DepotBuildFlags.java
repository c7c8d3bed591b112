package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What only builds on Depot know, by the names that Depot's command line has for it. */
final class DepotBuildFlags {
    @Option(names = "--save", description = "With --builder depot: into Depot's registry.")
    private boolean save;

    @Option(names = "--save-tag", paramLabel = "TAG", description = "With --builder depot: one more tag there.")
    private List<String> saveTags = new ArrayList<>();

    @Mixin
    private DepotOptions options = new DepotOptions();

    boolean save() {
        return save || !saveTags.isEmpty();
    }

    List<String> saveTags() {
        return saveTags;
    }

    DepotOptions options() {
        return options;
    }

    /** @throws InvalidRequestException if one of them was given: another builder would leave it out */
    void refuseElsewhere() {
        if (save() || options.given()) {
            throw new InvalidRequestException(
                    "--save, --save-tag, --project and --token are for builds on Depot: give --builder depot too");
        }
    }
}
