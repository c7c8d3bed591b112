package io.sandboximage.depot.build;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.OwnedSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Builds images on Depot's machines, where all who build a project share its layer cache. Each platform's machine is one of its
 * own, and several build at the same time. Depot is told the outcome of every build exactly once: also when the thread is
 * interrupted or the JVM ends. Immutable but for its connection, and thread-safe.
 */
public final class DepotBuilder implements ImageBuilder, AutoCloseable {
    private final DepotAccess access;
    private final DepotCalls calls;
    private final BuildSettings settings;

    private DepotBuilder(DepotAccess access, DepotCalls calls, BuildSettings settings) {
        this.access = access;
        this.calls = calls;
        this.settings = settings;
    }

    /**
     * Builds for the project that the token is for, until {@link #project} names one; {@link #build(BuildRequest, ProgressTask)}
     * also looks for one by {@link ProjectFile#near(Path)}. Registries are asked as nobody until {@link #credentials} are given.
     */
    public static DepotBuilder of(DepotAccess access) {
        return new DepotBuilder(access, DepotCalls.open(access), BuildSettings.defaults());
    }

    /** What the environment and the configuration file of Depot's command line say. */
    public static DepotBuilder fromEnvironment() {
        return of(DepotAccess.fromEnvironment());
    }

    /** The same builder for a project; both share one connection. */
    public DepotBuilder project(String id) {
        return new DepotBuilder(access, calls, settings.project(id));
    }

    /** The same builder with credentials for the registries that builds use; both share one connection. */
    public DepotBuilder credentials(CredentialProvider provider) {
        return new DepotBuilder(access, calls, settings.credentials(provider));
    }

    /** The same builder, waiting so long for a machine, instead of five minutes; both share one connection. */
    public DepotBuilder acquireLimit(Duration limit) {
        return new DepotBuilder(access, calls, settings.acquireLimit(limit));
    }

    /** The same builder, keeping what {@link #build} gives in an OCI layout that stays; both share one connection. */
    public DepotBuilder layout(Path directory) {
        return new DepotBuilder(access, calls, settings.layout(directory));
    }

    /**
     * The same builder, working on a build that others began, as {@code DEPOT_BUILD_ID} makes Depot's command line do; both share
     * one connection. Its outcome is told to Depot as that of any other.
     */
    public DepotBuilder existing(String buildId) {
        return new DepotBuilder(access, calls, settings.existing(buildId));
    }

    /**
     * The same where Depot's registry is not {@code registry.depot.dev}.
     *
     * @param registry its host
     */
    public DepotBuilder existing(String buildId, String registry) {
        return new DepotBuilder(access, calls, settings.existing(buildId, registry));
    }

    /** The builds of the projects, this builder's and others'; shares its connection, which stays the builder's to close. */
    public DepotBuilds builds() {
        return new DepotBuilds(calls);
    }

    @Override
    public String name() {
        return "depot " + access.url().getHost();
    }

    @Override
    public ImageSource build(BuildRequest request, ProgressTask progress) {
        Path dockerfile = request.context().resolve(request.dockerfile()).toAbsolutePath();
        Optional<String> project = ProjectFile.near(
                List.of(
                        request.context(),
                        Optional.ofNullable(dockerfile.getParent()).orElse(dockerfile)),
                System.getenv());
        return build(DockerfileBuild.of(request), project, progress);
    }

    /**
     * Builds with every option that there is, and brings the image here.
     *
     * @param build its own tags and exports are left out, and the builder's credentials take the place of its own
     * @return the caller closes it
     * @throws io.sandboximage.error.BuildFailedException if a step failed
     */
    public ImageSource build(DockerfileBuild build, ProgressTask progress) {
        return build(build, Optional.empty(), progress);
    }

    private ImageSource build(DockerfileBuild build, Optional<String> project, ProgressTask progress) {
        if (settings.layout().isPresent()) {
            return into(settings.layout().get(), build, project, progress);
        }
        TemporaryDirectory temporary = TemporaryDirectory.create("depot-");
        try {
            return new OwnedSource(into(temporary.path(), build, project, progress), temporary::close);
        } catch (RuntimeException e) {
            temporary.close();
            throw e;
        }
    }

    private ImageSource into(Path layout, DockerfileBuild build, Optional<String> project, ProgressTask progress) {
        DepotOutput output = DepotOutput.none().exported(BuildExport.ociLayout(layout));
        DepotBuildResult result =
                new BuildRun(calls, settings.orProject(project), build, List.of(), output).run(progress);
        // By its root and not by a tag: other builds may write into the same layout.
        return OciLayout.source(layout, result.descriptor().orElseThrow());
    }

    /**
     * Builds, and makes of the result what {@code output} says.
     *
     * @param build its own tags and exports are left out, and the builder's credentials take the place of its own
     * @param platforms to build for; empty for those of {@code build}, or else the one that is like this machine
     * @throws io.sandboximage.error.BuildFailedException if a step failed
     * @throws io.sandboximage.error.NotFoundException if there is no such project for this token
     * @throws io.sandboximage.error.DeadlineExceededException if no machine came in time
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted, or Depot ended the build
     */
    public DepotBuildResult build(
            DockerfileBuild build, List<Platform> platforms, DepotOutput output, ProgressTask progress) {
        return new BuildRun(calls, settings, build, platforms, output).run(progress);
    }

    /**
     * The same in the background: returns as soon as Depot has given the build its id.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no such project for this token
     */
    public DepotRunningBuild start(
            DockerfileBuild build, List<Platform> platforms, DepotOutput output, ProgressTask progress) {
        BuildRun run = new BuildRun(calls, settings, build, platforms, output);
        CreatedBuild created = run.begin(progress);
        return DepotRunningBuild.start(
                new DepotBuildHandle(builds(), created.id(), created.projectId(), created.url()),
                () -> run.complete(created, progress));
    }

    /** Ends the connection, of all builders that share it. */
    @Override
    public void close() {
        calls.close();
    }
}
