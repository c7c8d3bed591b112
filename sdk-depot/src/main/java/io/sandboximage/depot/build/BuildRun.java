package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.CreateBuildRequest;
import io.sandboximage.depot.internal.proto.cli.CreateBuildResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildRequest;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One build from its announcement to its outcome. For one use. */
final class BuildRun {
    private final DepotCalls calls;
    private final BuildSettings settings;
    private final SolveRequest build;
    private final DepotOutput output;
    private final List<MachineShare> shares;
    private final BuildExports exports;
    private final @Nullable EngineLoad load;

    /** Refuses what cannot be built before Depot hears of it: a context that is not there is no build. */
    BuildRun(
            DepotCalls calls,
            BuildSettings settings,
            DockerfileBuild dockerfile,
            List<Platform> platforms,
            DepotOutput output) {
        this.calls = calls;
        this.settings = settings;
        this.output = output;
        // An export stands in for those to come: what the build says of its images shows in it.
        this.build = dockerfile.toRequest(List.of(BuildExport.image()));
        this.shares = MachineShare.of(platforms.isEmpty() ? platformsOf(build) : platforms);
        this.exports = new BuildExports(output, build.exports().get(0), shares.size() > 1);
        if (shares.size() > 1 && output.engine().isPresent()) {
            throw new InvalidRequestException(
                    "An image for several platforms cannot be loaded into a Docker engine: name one platform");
        }
        this.load = output.engine()
                .map(engine -> new EngineLoad(engine, output.tags(), shares.get(0)))
                .orElse(null);
    }

    private static List<Platform> platformsOf(SolveRequest request) {
        return Stream.of(request.options().getOrDefault("platform", "").split(","))
                .filter(text -> !text.isEmpty())
                .map(Platform::parse)
                .toList();
    }

    DepotBuildResult run(ProgressTask progress) {
        return complete(begin(progress), progress);
    }

    CreatedBuild begin(ProgressTask progress) {
        CancelledException.throwIfInterrupted("starting a build on Depot");
        if (load != null) {
            load.lookAhead();
        }
        CreatedBuild created = new BuildCreation(calls).create(this::ask);
        created.url().ifPresent(url -> progress.info("build: " + url));
        return created;
    }

    private CreateBuildResponse ask() {
        if (settings.existing().isPresent()) {
            String id = settings.existing().get();
            GetBuildRequest request =
                    GetBuildRequest.newBuilder().setBuildId(id).build();
            return CreatedBuild.existing(
                    calls.call("find the build " + id, BuildMethods.GET, request),
                    calls.token(),
                    settings.registry(),
                    output.saveTags());
        }
        CreateBuildRequest request = CreateBuildRequest.newBuilder()
                // Also where it is empty: then the service takes the project that the token is for.
                .setProjectId(settings.project().orElse(""))
                .addOptions(BuildExports.announce(output))
                .build();
        return calls.call("begin a build", BuildMethods.CREATE, request);
    }

    DepotBuildResult complete(CreatedBuild created, ProgressTask progress) {
        try {
            DepotBuildResult result = report(created, progress);
            created.finish(null);
            return result;
        } catch (RuntimeException | Error failure) {
            created.finish(failure);
            throw failure;
        }
    }

    private DepotBuildResult report(CreatedBuild created, ProgressTask progress) {
        try (StatusReports statuses = StatusReports.start(calls, created)) {
            created.url().ifPresent(url -> statuses.step("build: " + url, () -> true));
            return build(created, statuses, progress);
        }
    }

    private DepotBuildResult build(CreatedBuild created, StatusReports statuses, ProgressTask progress) {
        Optional<PullInfo> pull = output.engine().isPresent() && created.loadsByRegistry()
                ? Optional.of(PullInfo.of(calls, created.id()))
                : Optional.empty();
        List<Solved> solved = new ArrayList<>();
        // The first machine that fails ends the work of the others.
        try (Workers workers = new Workers(shares.size(), "building on Depot")) {
            List<Future<Solved>> running = shares.stream()
                    .map(share -> workers.submit(() -> solve(created, share, statuses, pull, progress)))
                    .toList();
            running.forEach(one -> solved.add(workers.await(one)));
        }
        return result(created, solved, progress);
    }

    /** What one machine made. */
    private record Solved(MachineShare share, SolveResult result, Optional<LoadReport> load) {}

    private Solved solve(
            CreatedBuild created,
            MachineShare share,
            StatusReports statuses,
            Optional<PullInfo> pull,
            ProgressTask progress) {
        try (Machine machine =
                Machine.acquire(calls, created, share.builder(), settings.acquireLimit(), statuses, progress)) {
            try {
                SolveRequest request = request(created, share, statuses);
                SolveResult result = machine.solve(request, progress);
                Optional<LoadReport> loaded = Optional.empty();
                if (load != null) {
                    loaded = Optional.of(
                            pull.isPresent()
                                    ? load.load(pull.get(), progress)
                                    : load.load(machine.client(), result, request, progress));
                }
                machine.release(result);
                return new Solved(share, result, loaded);
            } catch (SandboxImageException e) {
                machine.checkCancelled(e);
                throw e;
            }
        }
    }

    private SolveRequest request(CreatedBuild created, MachineShare share, StatusReports statuses) {
        CredentialProvider credentials = created.credentials(settings.credentials());
        SolveRequest.Builder request = build.newBuilder()
                .exports(exports.of(created))
                .credentials(credentials)
                .statusListener(statuses::accept)
                // Depot's pages group steps by it.
                .option("build-arg:DEPOT_TARGET", "default");
        share.option().ifPresent(platforms -> request.option("platform", platforms));
        return request.build();
    }

    private DepotBuildResult result(CreatedBuild created, List<Solved> solved, ProgressTask progress) {
        Map<Platform, SolveResult> results = new LinkedHashMap<>();
        solved.forEach(one -> results.put(one.share().machinePlatform(), one.result()));
        Optional<Descriptor> merged = Optional.empty();
        if (shares.size() > 1) {
            List<MachineImage> images = solved.stream()
                    .map(one -> new MachineImage(one.share(), one.result()))
                    .toList();
            merged = new IndexMerge(created.credentials(settings.credentials()), images)
                    .write(exports.names(created), output.export(), progress);
        }
        Optional<Descriptor> root =
                merged.or(() -> results.values().stream().findFirst().flatMap(SolveResult::descriptor));
        return new DepotBuildResult(
                created.id(),
                created.projectId(),
                created.url(),
                output.save() ? created.savedAs() : List.of(),
                results,
                root,
                solved.get(0).load());
    }
}
