package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.build.DepotBuildResult;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressRenderer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "build",
        description = "Builds a Dockerfile with BuildKit; flags as docker buildx build spells them.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class BuildCommand extends ReportingCommand {
    private static final String DEFAULT_CALL = "build";

    private final Terminal terminal;

    @Parameters(paramLabel = "PATH|URL|-", description = "The context; - for one from standard input.")
    private @Nullable String context;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Dockerfile; - for one from standard input.")
    private @Nullable String file;

    @Mixin
    private BuildFlags flags = new BuildFlags();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUTPUT",
            description = "What to make of the result: a folder, - for a tar, or type=...,dest=...; may be repeated.")
    private List<String> outputs = new ArrayList<>();

    @Option(names = "--load", arity = "0..1", fallbackValue = "true", description = "Into the Docker engine.")
    private boolean load;

    @Option(names = "--push", arity = "0..1", fallbackValue = "true", description = "Into the tags' registries.")
    private boolean push;

    @Option(names = "--metadata-file", paramLabel = "FILE", description = "Where to write what was made, as JSON.")
    private @Nullable Path metadataFile;

    @Option(names = "--iidfile", paramLabel = "FILE", description = "Where to write the image's ID.")
    private @Nullable Path idFile;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only prints the image's ID.")
    private boolean quiet;

    @Option(
            names = "--builder",
            paramLabel = "BUILDER",
            description = "auto, docker, depot, or an address such as unix:///run/buildkit/buildkitd.sock.")
    private @Nullable String builder;

    @Mixin
    private DepotBuildFlags depot = new DepotBuildFlags();

    @Option(names = "--call", paramLabel = "METHOD", description = "Only build.")
    private String call = DEFAULT_CALL;

    BuildCommand(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    @Override
    ProgressRenderer open(ProgressMode mode) {
        return BuildProgress.open(quiet ? ProgressMode.quiet : mode, terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        if (!call.equals(DEFAULT_CALL)) {
            throw new InvalidRequestException("--call " + call + " is not there: only --call build is. docker buildx"
                    + " build --call " + call + " has it");
        }
        Instant start = Instant.now();
        BuildOutputs plan = BuildOutputs.of(outputs, flags.tags(), push, terminal.out());
        if (json() && plan.usesStandardOutput()) {
            throw new InvalidRequestException("--json and an output to standard output cannot both have it");
        }
        BuildJob.Order order = new BuildJob.Order(
                given(context),
                Optional.ofNullable(file),
                flags,
                plan,
                load,
                CredentialProvider.fromEnvironment(),
                terminal.environment());
        if (BuilderChoice.isDepot(Optional.ofNullable(builder))) {
            return onDepot(order, renderer, start);
        }
        depot.refuseElsewhere();
        BuildKitAddress address = BuilderChoice.of(Optional.ofNullable(builder));
        try (BuildJob job = BuildJob.prepare(order, address, DockerEngine::local, terminal.in());
                BuildKitClient client = BuildKitClient.connect(address)) {
            BuildJob.Outcome outcome = job.run(client, renderer);
            outcome.write(Optional.ofNullable(metadataFile), Optional.ofNullable(idFile));
            return report(address, outcome.result(), outcome.id(), Duration.between(start, Instant.now()));
        }
    }

    private Report onDepot(BuildJob.Order order, ProgressRenderer renderer, Instant start) {
        DepotBuildResult result = new DepotBuildJob(order, depot).run(DockerEngine::local, terminal.in(), renderer);
        Optional<String> id = result.load()
                .map(LoadReport::id)
                .or(() -> result.descriptor().map(Descriptor::digest))
                .map(Digest::toString);
        BuildRecords.write(result::metadataJson, id, Optional.ofNullable(metadataFile), Optional.ofNullable(idFile));
        Map<String, Object> json = DepotBuildJob.json(result);
        json.put("tags", flags.tags());
        json.put("tookMillis", Duration.between(start, Instant.now()).toMillis());
        return new Report(json, () -> quiet ? id.map(text -> text + "\n").orElse("") : "");
    }

    private Report report(BuildKitAddress address, SolveResult result, Optional<String> id, Duration took) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("builder", address.toString());
        json.put("reference", result.reference());
        id.ifPresent(text -> json.put("imageId", text));
        result.digest().ifPresent(digest -> json.put("digest", digest.toString()));
        json.put("tags", flags.tags());
        json.put("metadata", result.metadata());
        json.put("tookMillis", took.toMillis());
        return new Report(json, () -> quiet ? id.map(text -> text + "\n").orElse("") : "");
    }
}
