package io.sandboximage.examples.workflow;

import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.buildkit.CacheOption;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.git.GitRepository;
import io.sandboximage.progress.Progress;
import io.sandboximage.registry.Registry;
import java.nio.file.Path;

/**
 * Builds with the cache that lies beside the image in its registry, so that machines that have never built it start warm, and pushes
 * under the tags of the commit. Replaces the script around
 *
 * <pre>{@code
 * docker buildx build --push \
 *     --cache-from type=registry,ref=ghcr.io/acme/sandbox:buildcache \
 *     --cache-to type=registry,ref=ghcr.io/acme/sandbox:buildcache,mode=max \
 *     -t ghcr.io/acme/sandbox:sha-$(git rev-parse --short HEAD) sandbox
 * }</pre>
 *
 * <pre>{@code RegistryCachedBuild sandbox ghcr.io/acme/sandbox}</pre>
 */
public final class RegistryCachedBuild {
    private RegistryCachedBuild() {}

    public static void main(String[] args) {
        Path context = Path.of(args[0]);
        String repository = args[1];
        GitRepository git = GitRepository.at(context).withBranchOf(System.getenv());
        CacheOption cache = CacheOption.registry(repository + ":buildcache");
        DockerfileBuild build = DockerfileBuild.of(context).cacheFrom(cache).cacheTo(cache.with("mode", "max"));
        try (BuildKitBuilder builder = BuildKitBuilder.auto()
                .credentials(CredentialProvider.fromEnvironment())
                .inPlace()) {
            PipelineResult result = SandboxImagePipeline.builder()
                    .produce("build of " + context, progress -> builder.build(build, progress))
                    .to(Registry.of(repository).tags(git.tags()))
                    .progress(Progress.terminal())
                    .run();
            System.out.println(repository + "@" + result.image().digest() + " " + git.tags());
        }
    }
}
