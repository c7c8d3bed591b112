package io.sandboximage.examples.cli;

import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.docker.golden.GoldenEngine;
import io.sandboximage.docker.golden.GoldenEngineFiller;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.build.GoldenBuildService;
import io.sandboximage.golden.build.GoldenBuildState;
import io.sandboximage.golden.build.GoldenBuildStatus;
import io.sandboximage.golden.build.GoldenInput;
import io.sandboximage.golden.build.GoldenProject;
import io.sandboximage.golden.build.GoldenStaleness;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "build",
        description =
                "Loads images into a project's golden by an engine of its own, and publishes it. Does nothing where"
                        + " neither images nor inputs changed.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class GoldenBuildCommand extends ReportingCommand {
    @Mixin
    private GoldenOptions options = new GoldenOptions();

    @Parameters(index = "0", paramLabel = "PROJECT")
    private @Nullable String project;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "TAG=IMAGE",
            description = "Name in the engine, and where the image is: oci:DIR[:TAG], docker://NAME and so on.")
    private Map<String, Place> images = new LinkedHashMap<>();

    @Option(
            names = "--input",
            paramLabel = "PATH",
            description = "A file or folder that the golden depends on; for a git checkout its commit counts.")
    private List<Path> inputs = new ArrayList<>();

    @Option(names = "--force", description = "Build though nothing changed.")
    private boolean force;

    @Option(
            names = "--dockerd",
            paramLabel = "FILE",
            defaultValue = "/usr/bin/dockerd",
            description = "The engine to fill it with; otherwise ${DEFAULT-VALUE}.")
    private Path dockerd = Path.of("");

    @Option(names = "--containerd", description = "Keep images in containerd's store rather than the engine's own.")
    private boolean containerd;

    @Option(names = "--trial", description = "Start an engine on a clone before publishing.")
    private boolean trial;

    @Option(
            names = "--time-limit",
            paramLabel = "DURATION",
            defaultValue = "PT6H",
            description = "In ISO form; otherwise ${DEFAULT-VALUE}.")
    private Duration timeLimit = Duration.ZERO;

    @Option(names = "--plain-http", description = "Speaks http with registries.")
    private boolean plainHttp;

    GoldenBuildCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        String name = given(project);
        GoldenEngine engine = GoldenEngine.of(dockerd);
        if (containerd) {
            engine = engine.store(ImageStoreKind.CONTAINERD);
        }
        try (RegistryClient registries = new RegistryAccess().open(plainHttp);
                GoldenStore store = options.open(trial ? engine.trialStart() : null);
                GoldenBuildService service = GoldenBuildService.builder(store, options.builds())
                        .listener(renderer)
                        .start()) {
            service.add(project(name, engine, registries));
            GoldenStaleness staleness = service.staleness(name);
            // A build that was killed is made good even so.
            if (staleness.fresh() && !force && service.status(name).pending().isEmpty()) {
                GoldenGeneration present = store.current(name).orElseThrow();
                return report(present, service.status(name), true);
            }
            service.request(name, force ? "command line, by force" : "command line, as something changed");
            try {
                service.await(name, timeLimit.multipliedBy(4));
            } catch (CancelledException e) {
                service.cancel(name);
                throw e;
            }
            GoldenBuildStatus status = service.status(name);
            if (status.state() != GoldenBuildState.READY) {
                throw new InvalidRequestException("The golden cache of " + name + " was not built: " + status.error()
                        + status.log().map(log -> ". Its log is " + log).orElse(""));
            }
            return report(store.current(name).orElseThrow(), status, false);
        }
    }

    private GoldenProject project(String name, GoldenEngine engine, RegistryClient registries) {
        GoldenEngineFiller filler = GoldenEngineFiller.with(engine);
        List<GoldenInput> all = new ArrayList<>();
        for (Map.Entry<String, Place> image : images.entrySet()) {
            Place place = image.getValue();
            filler = filler.image(image.getKey(), progress -> place.source(registries));
            all.add(GoldenInput.of("image " + image.getKey(), () -> {
                try (var source = place.source(registries)) {
                    return source.descriptor().digest().toString();
                }
            }));
        }
        inputs.forEach(path ->
                all.add(path.resolve(".git").toFile().exists() ? GoldenInput.checkout(path) : GoldenInput.files(path)));
        all.add(GoldenInput.value("image store", engine.store().toString()));
        return GoldenProject.of(name, filler)
                .inputs(all.toArray(new GoldenInput[0]))
                .quiet(Duration.ZERO)
                .timeLimit(timeLimit);
    }

    private static Report report(GoldenGeneration generation, GoldenBuildStatus status, boolean unchanged) {
        Map<String, Object> json = GoldenText.json(generation);
        json.put("unchanged", unchanged);
        json.put("build", status.buildId());
        status.log().ifPresent(log -> json.put("log", log.toString()));
        return new Report(json, () -> (unchanged ? "unchanged: " : "") + GoldenText.line(generation));
    }
}
