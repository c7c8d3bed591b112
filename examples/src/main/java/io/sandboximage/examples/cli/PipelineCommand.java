package io.sandboximage.examples.cli;

import io.sandboximage.ImageProducer;
import io.sandboximage.PipelineResult;
import io.sandboximage.PipelineRun;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.examples.Place;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.report.BuildReport;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.store.CopyOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "pipeline",
        description = {
            "Builds an image, or takes one that exists, and brings it to any number of places in one run.",
            "Flags of the build as docker buildx build spells them. In --to, --ext4, --daytona and --depot-snapshot,"
                    + " {sha}, {shortSha}, {branch}, {dirty} and {user} stand for what git says of the current folder."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PipelineCommand extends ReportingCommand {
    private static final String LAST_RUN = "last-run.json";

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "PATH|URL|-",
            arity = "0..1",
            description = "The context of the build; - for standard input.")
    private @Nullable String context;

    @Option(names = "--from", paramLabel = "IMAGE", description = "Takes this image in place of a build.")
    private @Nullable Place from;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Dockerfile; - for one from standard input.")
    private @Nullable String file;

    @Mixin
    private BuildFlags flags = new BuildFlags();

    @Option(
            names = "--builder",
            paramLabel = "BUILDER",
            description = "auto, docker, depot, or an address such as unix:///run/buildkit/buildkitd.sock.")
    private @Nullable String builder;

    @Mixin
    private DepotOptions depot = new DepotOptions();

    @Option(names = "--git", description = "Gives the build the commit: contexts git and git-tree, argument GIT_SHA.")
    private boolean git;

    @Option(
            names = "--to",
            paramLabel = "DEST",
            description = "docker-daemon:NAME, docker://NAME or NAME, oci:DIR[:TAG], oci-archive:FILE[:TAG],"
                    + " docker-archive:FILE[:NAME]; may be repeated.")
    private List<String> destinations = new ArrayList<>();

    @Option(names = "--to-if-possible", paramLabel = "DEST", description = "The same, but it may fail.")
    private List<String> optional = new ArrayList<>();

    @Option(names = "--ext4", paramLabel = "FILE[,size=SIZE]", description = "A bootable file system; may be repeated.")
    private List<String> fileSystems = new ArrayList<>();

    @Option(
            names = "--daytona",
            paramLabel = "NAME[,cpu=N][,memory=GB][,disk=GB]",
            description = "A Daytona snapshot; {digest}, {date} and {time} are known too; may be repeated.")
    private List<String> daytona = new ArrayList<>();

    @Option(
            names = "--depot-snapshot",
            paramLabel = "NAME[,size=SIZE][,artifact=REF][,file=FILE][,unpack=sandbox|here|depot[,helper=URL]]",
            description = "A file system made in a sandbox of Depot's by this SDK's converter, here, or in a sandbox by"
                    + " Depot's own helper or another one; registered there; may be repeated.")
    private List<String> depotSnapshots = new ArrayList<>();

    @Mixin
    private PipelineChecks checks = new PipelineChecks();

    @Option(
            names = "--record",
            paramLabel = "RECORD",
            description =
                    "env:FILE:NAME, json:FILE, github, or doppler:NAME: where to write what was made; may be repeated.")
    private List<String> records = new ArrayList<>();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Remembers what is finished, so that the next run goes on where this one was broken off.")
    private @Nullable Path state;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Writes a report as one HTML file, also of a run that fails; compares with the run before.")
    private @Nullable Path report;

    @Option(names = "--plan", description = "Only shows what would be done.")
    private boolean planOnly;

    PipelineCommand(Terminal terminal) {
        super(terminal);
        this.terminal = terminal;
    }

    @Override
    ProgressRenderer open(ProgressMode mode) {
        return BuildProgress.open(mode, terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        checkUsage();
        GitNames names = new GitNames(Path.of(""), terminal.environment());
        SandboxImagePipeline.Builder pipeline = SandboxImagePipeline.builder().progress(renderer);
        PipelineRecords.parse(records, terminal.environment()).forEach(pipeline::record);
        if (state != null) {
            pipeline.state(state);
        }
        Optional<BuildReport> page = Optional.ofNullable(report).map(this::page);
        page.ifPresent(pipeline::progress);
        try {
            return execute(pipeline, names);
        } finally {
            page.flatMap(BuildReport::problem)
                    .ifPresent(problem -> terminal.errors().println("sandbox-image: " + problem.getMessage()));
        }
    }

    private BuildReport page(Path file) {
        BuildReport page = BuildReport.to(file).hiding(SecretWords.of(terminal.environment()));
        return state == null ? page : page.comparingBy(state.resolve(LAST_RUN));
    }

    private Report execute(SandboxImagePipeline.Builder pipeline, GitNames names) {
        try (RegistryClient registries = new RegistryAccess().open(false);
                PipelineDaytona snapshots = new PipelineDaytona(terminal.environment(), names);
                PipelineDepot sandboxes = new PipelineDepot(terminal.environment(), depot, names)) {
            CopyOptions options = CopyOptions.DEFAULT;
            destinations.forEach(to -> pipeline.to(Place.parse(names.expand(to)).sink(registries, options)));
            optional.forEach(
                    to -> pipeline.toIfPossible(Place.parse(names.expand(to)).sink(registries, options)));
            fileSystems.forEach(text -> pipeline.snapshot(fileSystem(WordOptions.parse(names.expand(text), "size"))));
            daytona.forEach(text -> pipeline.snapshot(snapshots.snapshotter(text)));
            depotSnapshots.forEach(text -> pipeline.snapshot(sandboxes.snapshotter(text)));
            checks.addTo(pipeline, destinations.stream().map(names::expand).toList(), snapshots::client);
            return from != null
                    ? run(pipeline.produce(
                            "image from " + from, progress -> given(from).source(registries)))
                    : build(pipeline, names);
        }
    }

    private void checkUsage() {
        CommandSpec usage = given(spec);
        if ((context == null) == (from == null)) {
            throw new ParameterException(usage.commandLine(), "give either a context to build or --from IMAGE");
        }
        if (Stream.of(destinations, optional, fileSystems, daytona, depotSnapshots)
                .allMatch(List::isEmpty)) {
            throw new ParameterException(
                    usage.commandLine(), "where is the image to go? Give --to, --ext4, --daytona or --depot-snapshot");
        }
        PipelineRecords.complaint(records).ifPresent(complaint -> {
            throw new ParameterException(usage.commandLine(), complaint);
        });
    }

    private Report build(SandboxImagePipeline.Builder pipeline, GitNames names) {
        Optional<String> wanted = Optional.ofNullable(builder);
        try (BuildSource source = BuildSource.open(given(context), Optional.ofNullable(file), terminal.in())) {
            DockerfileBuild build = source.build();
            flags.applyTo(build, terminal.environment());
            if (git) {
                names.repository().deterministicContexts().forEach(build::context);
                build.buildArg("GIT_SHA", names.repository().sha());
            }
            CredentialProvider credentials = CredentialProvider.fromEnvironment();
            if (BuilderChoice.isDepot(wanted)) {
                return onDepot(pipeline, build, credentials);
            }
            try (BuildKitBuilder buildKit = BuildKitBuilder.at(BuilderChoice.of(wanted))
                    .credentials(credentials)
                    .inPlace()) {
                return run(pipeline, buildKit.name(), progress -> buildKit.build(build, progress));
            }
        }
    }

    private Report onDepot(
            SandboxImagePipeline.Builder pipeline, DockerfileBuild build, CredentialProvider credentials) {
        Map<String, String> environment = terminal.environment();
        try (DepotBuilder connection = DepotBuilder.of(depot.access(environment))) {
            DepotBuilder onDepot =
                    depot.builder(connection, credentials, given(context), Optional.ofNullable(file), environment);
            return run(pipeline, onDepot.name(), progress -> onDepot.build(build, progress));
        }
    }

    private Report run(SandboxImagePipeline.Builder pipeline, String builderName, ImageProducer producer) {
        return run(pipeline.produce("build " + context + " with " + builderName, producer));
    }

    private Report run(SandboxImagePipeline.Builder pipeline) {
        SandboxImagePipeline built = pipeline.build();
        if (planOnly) {
            return PipelineReport.of(built.plan());
        }
        PipelineRun run = built.start();
        try {
            PipelineResult result = run.resultOrCancel();
            return PipelineReport.of(result);
        } catch (RuntimeException e) {
            // What was done all the same is worth to know before the reason.
            terminal.errors().print(PipelineReport.text(run.steps()));
            throw e;
        }
    }

    private static Ext4Snapshotter fileSystem(WordOptions options) {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(Path.of(options.word()));
        return options.value("size").map(snapshotter::size).orElse(snapshotter);
    }
}
