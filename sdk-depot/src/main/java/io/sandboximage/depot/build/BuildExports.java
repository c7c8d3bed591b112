package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.depot.internal.proto.cli.BuildOptions;
import io.sandboximage.depot.internal.proto.cli.BuildOutput;
import io.sandboximage.depot.internal.proto.cli.Command;
import io.sandboximage.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What Depot is told of a build's outputs, and what its machines are asked to make. */
final class BuildExports {
    private static final String VERSION = "depot.export.image.version";
    private static final String VERSION_NUMBER = "2";
    private static final String LEASE = "depot.export.lease";

    private final DepotOutput output;
    private final boolean severalMachines;

    BuildExports(DepotOutput output, boolean severalMachines) {
        this.output = output;
        this.severalMachines = severalMachines;
    }

    /** As Depot's command line announces a build. */
    static BuildOptions announce(DepotOutput output) {
        BuildOptions.Builder options = BuildOptions.newBuilder()
                .setCommand(Command.COMMAND_BUILD)
                .addAllTags(output.tags())
                .setPush(output.push())
                .setLoad(output.engine().isPresent())
                .setSave(output.save())
                .addAllSaveTags(output.saveTags());
        if (output.push() || output.save()) {
            BuildOutput.Builder image =
                    BuildOutput.newBuilder().setKind("image").putAttributes(VERSION, VERSION_NUMBER);
            options.addOutputs(output.push() ? image.putAttributes("push", "true") : image);
        }
        output.export()
                .ifPresent(export -> options.addOutputs(
                        BuildOutput.newBuilder().setKind(export.type()).putAllAttributes(export.attributes())));
        return options.build();
    }

    /** Names under which images leave the machines. */
    List<String> names(CreatedBuild created) {
        List<String> names = new ArrayList<>();
        if (output.push()) {
            names.addAll(output.tags());
        }
        if (output.save()) {
            names.addAll(created.savedAs());
        }
        return names;
    }

    List<BuildExport> of(CreatedBuild created, MachineShare share) {
        if (output.export().isPresent()) {
            return List.of(output.export().get());
        }
        List<String> names = names(created);
        boolean load = output.engine().isPresent();
        if (names.isEmpty() && !load) {
            return List.of();
        }
        BuildExport image = BuildExport.image().attribute(VERSION, VERSION_NUMBER);
        if (load) {
            image = image.attribute("oci-mediatypes", "true").attribute(LEASE, "true");
        }
        if (names.isEmpty()) {
            String name = output.tags().isEmpty()
                    ? "depot-project-" + created.projectId() + ":build-" + created.id()
                    : String.join(",", output.tags());
            return List.of(image.attribute("name", name));
        }
        image = image.attribute("push", "true");
        return List.of(
                severalMachines
                        ? image.attribute("name", repositories(names)).attribute("push-by-digest", "true")
                        : image.attribute("name", String.join(",", names)));
    }

    /** The tags come with the index over all machines. */
    private static String repositories(List<String> names) {
        return names.stream()
                .map(ImageReference::parse)
                .map(name -> name.registry() + "/" + name.repository())
                .distinct()
                .collect(Collectors.joining(","));
    }
}
