package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.CreateBuildRequest;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.progress.ProgressTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** One build from its announcement to its outcome. For one use. */
final class BuildRun {
    private final DepotCalls calls;
    private final BuildSettings settings;
    private final DockerfileBuild build;
    private final DepotOutput output;
    private final List<MachineShare> shares;

    BuildRun(
            DepotCalls calls,
            BuildSettings settings,
            DockerfileBuild build,
            List<Platform> platforms,
            DepotOutput output) {
        this.calls = calls;
        this.settings = settings;
        this.build = build;
        this.output = output;
        this.shares = MachineShare.of(platforms);
        if (shares.size() > 1 && output.engine().isPresent()) {
            throw new InvalidRequestException(
                    "An image for several platforms cannot be loaded into a Docker engine: name one platform");
        }
    }

    DepotBuildResult run(ProgressTask progress) {
        CancelledException.throwIfInterrupted("starting a build on Depot");
        // Before Depot hears of it: a context that is not there is no build.
        BuildExports exports = new BuildExports(output, shares.size() > 1);
        build.toRequest(List.of());
        CreatedBuild created = create();
        created.url().ifPresent(url -> progress.info("build: " + url));
        try {
            DepotBuildResult result = report(created, exports, progress);
            created.finish(null);
            return result;
        } catch (RuntimeException | Error failure) {
            created.finish(failure);
            throw failure;
        }
    }

    private DepotBuildResult report(CreatedBuild created, BuildExports exports, ProgressTask progress) {
        try (StatusReports statuses = StatusReports.start(calls, created)) {
            return build(created, exports, statuses, progress);
        }
    }

    private CreatedBuild create() {
        CreateBuildRequest request = CreateBuildRequest.newBuilder()
                // Also where it is empty: then the service takes the project that the token is for.
                .setProjectId(settings.project().orElse(""))
                .addOptions(BuildExports.announce(output))
                .build();
        return new CreatedBuild(calls, calls.call("begin a build", BuildMethods.CREATE, request));
    }

    private DepotBuildResult build(
            CreatedBuild created, BuildExports exports, StatusReports statuses, ProgressTask progress) {
        ExecutorService executor = DaemonThreads.pool("depot-build");
        try {
            Map<Platform, Future<Solved>> running = new LinkedHashMap<>();
            for (MachineShare share : shares) {
                running.put(
                        share.machinePlatform(),
                        executor.submit(() -> solve(created, exports, share, statuses, progress)));
            }
            Map<Platform, Solved> solved = new LinkedHashMap<>();
            running.forEach((platform, future) -> solved.put(platform, await(future)));
            return result(created, exports, solved, progress);
        } finally {
            // The first failure ends the other machines' work.
            executor.shutdownNow();
        }
    }

    /** What one machine made. */
    private record Solved(SolveResult result, Optional<LoadReport> load) {}

    private Solved solve(
            CreatedBuild created,
            BuildExports exports,
            MachineShare share,
            StatusReports statuses,
            ProgressTask progress) {
        try (Machine machine = Machine.acquire(calls, created, share.builder(), settings.acquireLimit(), progress)) {
            try {
                List<BuildExport> wanted = exports.of(created, share);
                SolveRequest.Builder request = build.toRequest(wanted).newBuilder();
                CredentialProvider credentials = created.credentials(settings.credentials());
                request.credentials(credentials).statusListener(statuses::accept);
                // Depot's pages group steps by it.
                request.option("build-arg:DEPOT_TARGET", "default");
                share.option().ifPresent(platforms -> request.option("platform", platforms));
                SolveResult result = machine.client().solve(request.build(), progress);
                Optional<LoadReport> load = output.engine()
                        .map(engine ->
                                new EngineLoad(machine.client(), output, engine).load(result, request, progress));
                return new Solved(result, load);
            } catch (SandboxImageException e) {
                machine.checkCancelled(e);
                throw e;
            }
        }
    }

    private static Solved await(Future<Solved> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("building on Depot", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            // What runs there throws nothing that is checked.
            throw e.getCause() instanceof RuntimeException ours ? ours : new IllegalStateException(e);
        }
    }

    private DepotBuildResult result(
            CreatedBuild created, BuildExports exports, Map<Platform, Solved> solved, ProgressTask progress) {
        Map<Platform, SolveResult> results = new LinkedHashMap<>();
        solved.forEach((platform, one) -> results.put(platform, one.result()));
        Optional<Descriptor> merged = shares.size() > 1
                ? new IndexMerge(created.credentials(settings.credentials()))
                        .merge(results, exports.names(created), output.export(), progress)
                : Optional.empty();
        Optional<Descriptor> root =
                merged.or(() -> results.values().stream().findFirst().flatMap(SolveResult::descriptor));
        return new DepotBuildResult(
                created.id(),
                created.projectId(),
                created.url(),
                output.save() ? created.savedAs() : List.of(),
                results,
                root,
                solved.values().stream().findFirst().flatMap(Solved::load));
    }
}
