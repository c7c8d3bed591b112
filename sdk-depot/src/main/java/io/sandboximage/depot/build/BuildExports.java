package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.depot.internal.proto.cli.BuildOptions;
import io.sandboximage.depot.internal.proto.cli.BuildOutput;
import io.sandboximage.depot.internal.proto.cli.Command;
import io.sandboximage.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What Depot is told of a build's outputs, and what its machines are asked to make. */
final class BuildExports {
    private static final String VERSION = "depot.export.image.version";
    private static final String VERSION_NUMBER = "2";
    private static final String LEASE = "depot.export.lease";
    private static final String NAME = "name";
    private static final Set<String> IMAGE_EXPORTERS = Set.of("image", "oci", "docker");
    /** It takes no media types of OCI. */
    private static final String DOCKER_TYPES_ONLY = "registry.heroku.com";

    private final DepotOutput output;
    private final BuildExport template;
    private final boolean severalMachines;

    /** @param template an image with what the build says of all its images, as annotations */
    BuildExports(DepotOutput output, BuildExport template, boolean severalMachines) {
        this.output = output;
        this.template = template;
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
        if (output.save() || (output.engine().isPresent() && created.loadsByRegistry())) {
            names.addAll(created.savedAs());
        }
        return names;
    }

    /** Empty where nothing is made but cache. */
    List<BuildExport> of(CreatedBuild created) {
        return output.export().isPresent()
                ? List.of(described(output.export().get()))
                : image(created).map(this::described).stream().toList();
    }

    private Optional<BuildExport> image(CreatedBuild created) {
        List<String> names = names(created);
        boolean load = output.engine().isPresent();
        if (names.isEmpty() && !load) {
            return Optional.empty();
        }
        BuildExport image = BuildExport.image().attribute(VERSION, VERSION_NUMBER);
        if (load) {
            image = image.attribute(LEASE, "true");
            if (output.tags().stream().noneMatch(tag -> tag.contains(DOCKER_TYPES_ONLY))) {
                image = image.attribute("oci-mediatypes", "true");
            }
        }
        if (names.isEmpty()) {
            String name = output.tags().isEmpty()
                    ? "depot-project-" + created.projectId() + ":build-" + created.id()
                    : String.join(",", output.tags());
            return Optional.of(image.attribute(NAME, name));
        }
        image = image.attribute("push", "true");
        return Optional.of(
                severalMachines
                        ? image.attribute(NAME, repositories(names)).attribute("push-by-digest", "true")
                        : image.attribute(NAME, String.join(",", names)));
    }

    /** With the build's annotations, where it is an image. */
    private BuildExport described(BuildExport export) {
        if (!IMAGE_EXPORTERS.contains(export.type())) {
            return export;
        }
        BuildExport described = export;
        for (Map.Entry<String, String> attribute : template.attributes().entrySet()) {
            if (!attribute.getKey().equals(NAME)) {
                described = described.attribute(attribute.getKey(), attribute.getValue());
            }
        }
        return described;
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
