package io.sandboximage.benchmarks;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.SolveRequest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the contexts and what is asked of them. */
final class BuildKitScenarios {
    private static final long LARGE_BYTES = 512L << 20;
    private static final int SMALL_FILES = 50_000;
    private static final int FILES_PER_FOLDER = 100;
    private static final int SMALL_BYTES = 1500;
    private static final int LAYERS = 200;
    private static final int LAYER_BYTES = 1 << 20;

    private final Path work;
    private final double scale;

    BuildKitScenarios(Path work, double scale) {
        this.work = work;
        this.scale = scale;
    }

    List<BuildKitScenario> make() throws IOException {
        Path large = large();
        Path small = small();
        Path layers = layers();
        return List.of(
                transfer("upload, one file of " + (long) (LARGE_BYTES * scale) / (1 << 20) + " MiB", large, true),
                transfer("upload, " + (int) (SMALL_FILES * scale) + " files of " + SMALL_BYTES + " bytes", small, true),
                transfer("unchanged context of " + (int) (SMALL_FILES * scale) + " files", small, false),
                rebuild("no-op rebuild of " + LAYERS + " steps, no result", layers),
                export(LAYERS + " layers of 1 MiB into a new OCI layout", layers, "layout", true, false),
                export("the same into the layout that has them", layers, "layout", true, true),
                export(LAYERS + " layers of 1 MiB into an OCI archive", layers, "archive.tar", false, false));
    }

    private BuildKitScenario transfer(String name, Path context, boolean cold) throws IOException {
        Path definition = work.resolve(context.getFileName() + ".llb");
        byte[] llb = LocalDefinition.of("context");
        Files.write(definition, llb);
        return new BuildKitScenario(
                name,
                cold,
                () -> SolveRequest.definition(llb).directory("context", context).build(),
                List.of("build", "--progress=quiet", "--local", "context=" + context),
                Optional.of(definition),
                List.of());
    }

    private static BuildKitScenario rebuild(String name, Path context) {
        return new BuildKitScenario(
                name,
                false,
                () -> dockerfile(context).build(),
                dockerfileArguments(context, List.of()),
                Optional.empty(),
                List.of());
    }

    private BuildKitScenario export(String name, Path context, String file, boolean layout, boolean keep) {
        Path ours = work.resolve("ours-" + file);
        Path theirs = work.resolve("buildctl-" + file);
        String output = "type=oci,dest=" + theirs + (layout ? ",tar=false" : "");
        return new BuildKitScenario(
                name,
                false,
                () -> dockerfile(context)
                        .export(layout ? BuildExport.ociLayout(ours, "v1") : BuildExport.ociArchive(ours))
                        .build(),
                dockerfileArguments(context, List.of("--output", output)),
                Optional.empty(),
                keep ? List.of() : List.of(ours, theirs));
    }

    private static SolveRequest.Builder dockerfile(Path context) {
        return SolveRequest.frontend("dockerfile.v0")
                .directory("context", context)
                .directory("dockerfile", context);
    }

    private static List<String> dockerfileArguments(Path context, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "build",
                "--progress=quiet",
                "--frontend=dockerfile.v0",
                "--local",
                "context=" + context,
                "--local",
                "dockerfile=" + context));
        arguments.addAll(more);
        return arguments;
    }

    private Path large() throws IOException {
        Path folder = Files.createDirectory(work.resolve("large"));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve("file")))) {
            new Noise(1).writeDense(out, (long) (LARGE_BYTES * scale));
        }
        return folder;
    }

    private Path small() throws IOException {
        Path folder = Files.createDirectory(work.resolve("small"));
        int count = (int) (SMALL_FILES * scale);
        for (int i = 0; i < count; i++) {
            Path parent = Files.createDirectories(folder.resolve("d" + i / FILES_PER_FOLDER));
            try (OutputStream out = Files.newOutputStream(parent.resolve("f" + i + ".js"))) {
                new Noise(i).writeText(out, SMALL_BYTES);
            }
        }
        return folder;
    }

    private Path layers() throws IOException {
        Path folder = Files.createDirectory(work.resolve("layers"));
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        for (int i = 0; i < LAYERS; i++) {
            dockerfile.append("COPY file").append(i).append(" /\n");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve("file" + i)))) {
                new Noise(i).writeText(out, LAYER_BYTES);
            }
        }
        Files.writeString(folder.resolve("Dockerfile"), dockerfile);
        return folder;
    }
}
