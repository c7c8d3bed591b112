package io.sandboximage.examples.workflow;

import io.sandboximage.BuildRequest;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.DaytonaSnapshotter;
import io.sandboximage.daytona.SnapshotSmokeTest;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.git.GitRepository;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.Progress;
import io.sandboximage.record.Recorders;
import io.sandboximage.registry.Registry;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.nio.file.Path;

/**
 * A team's whole path in one run: the Dockerfile of a checkout is built once, goes into the local engine, into a registry under the
 * commit's tags, into a bootable ext4 file, and to Daytona, where it is tried before its name is written down. A second run with
 * nothing changed does almost nothing; one that was broken off goes on.
 *
 * <pre>{@code DAYTONA_API_KEY=… TeamPipeline . ghcr.io/acme/sandbox}</pre>
 */
public final class TeamPipeline {
    private TeamPipeline() {}

    public static void main(String[] args) {
        Path checkout = Path.of(args[0]);
        GitRepository git = GitRepository.at(checkout).withBranchOf(System.getenv());
        try (DockerEngine engine = DockerEngine.local();
                DaytonaClient daytona = DaytonaClient.fromEnvironment();
                BuildKitBuilder builder = BuildKitBuilder.auto()
                        .credentials(CredentialProvider.fromEnvironment())
                        .inPlace()) {
            PipelineResult result = SandboxImagePipeline.builder()
                    .build(BuildRequest.dockerfile(checkout, "Dockerfile")
                            .platform(Platform.LINUX_AMD64)
                            .buildArg("GIT_SHA", git.sha())
                            .contexts(git.deterministicContexts()))
                    .with(builder)
                    .to(engine.tag("sandbox:local"))
                    .to(Registry.of(args[1]).tags(git.tags()))
                    .snapshot(Ext4Snapshotter.to(checkout.resolve("build/sandbox.ext4")))
                    .snapshot(SnapshotSmokeTest.after(
                                    DaytonaSnapshotter.with(daytona)
                                            .name("sandbox-" + git.shortSha() + "-{digest}")
                                            .resources(2, 4, 10)
                                            .keepNewest(3),
                                    daytona)
                            .expect("true"))
                    .record(Recorders.envFile(checkout.resolve(".env"))
                            .set("DAYTONA_SNAPSHOT_NAME", Recorders.snapshotReference(DaytonaSnapshotter.KIND))
                            .set("SANDBOX_IMAGE_DIGEST", Recorders.imageDigest()))
                    .state(checkout.resolve("build/pipeline"))
                    .progress(Progress.terminal())
                    .run();
            result.steps()
                    .forEach(step -> System.out.println(step.outcome() + " " + step.kind() + " " + step.name() + " "
                            + step.took().toMillis() + " ms"));
        }
    }
}
