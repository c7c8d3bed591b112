package io.sandboximage.examples.workflow;

import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.compose.ComposeBuilder;
import io.sandboximage.compose.ComposeCommand;
import io.sandboximage.compose.ComposeDecision;
import io.sandboximage.compose.ComposeImage;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds the images of the compose project in the current folder on a BuildKit of one's own, bases first and the rest side by side,
 * and loads each by what the engine lacks. What the SDK does not know of the project, compose itself runs. Replaces
 *
 * <pre>{@code
 * docker buildx use shared && docker compose build web worker
 * }</pre>
 *
 * <pre>{@code BUILDKIT_HOST=tcp://builder.example.com:1234 ComposeProject build web worker}</pre>
 */
public final class ComposeProject {
    private ComposeProject() {}

    public static void main(String[] args) {
        ComposeCommand command = ComposeCommand.of(List.of(args), Path.of("").toAbsolutePath(), System.getenv());
        if (command.decide() instanceof ComposeDecision.Build build) {
            System.err.print(build.messages());
            build(build);
        } else {
            System.exit(command.delegate());
        }
    }

    private static void build(ComposeDecision.Build build) {
        try (DockerEngine engine = DockerEngine.local();
                BuildKitBuilder builder = BuildKitBuilder.auto().credentials(CredentialProvider.fromEnvironment());
                ProgressRenderer renderer = Progress.terminal();
                ProgressTask task = ProgressTask.root(renderer, "compose build")) {
            for (ComposeImage image : ComposeBuilder.of(builder, engine).build(build, task)) {
                System.out.println(image.target() + ": " + image.load().strategy() + ", "
                        + image.load().layersSent() + " layers loaded");
            }
            task.done();
        }
    }
}
