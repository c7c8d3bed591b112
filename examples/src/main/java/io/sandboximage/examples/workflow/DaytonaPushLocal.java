package io.sandboximage.examples.workflow;

import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.DaytonaSnapshotter;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.doppler.DopplerConfig;
import io.sandboximage.doppler.DopplerRecorder;
import io.sandboximage.progress.Progress;
import io.sandboximage.record.Recorders;
import java.nio.file.Path;

/**
 * Pushes an image of the local engine to Daytona as a snapshot with a name and resources, and tells an env file, and Doppler where
 * there is a token, what it is called. Replaces the script around
 *
 * <pre>{@code
 * daytona snapshot push acme/sandbox:local --name "$NAME" --cpu 2 --memory 4 --disk 10
 * sed -i "s#^DAYTONA_SNAPSHOT_NAME=.*#DAYTONA_SNAPSHOT_NAME=$NAME#" .env
 * doppler secrets set DAYTONA_SNAPSHOT_NAME="$NAME" VITE_DAYTONA_SNAPSHOT_NAME='${DAYTONA_SNAPSHOT_NAME}'
 * }</pre>
 *
 * <pre>{@code DAYTONA_API_KEY=… DOPPLER_TOKEN=… DaytonaPushLocal acme/sandbox:local 'sandbox-{date}-{digest}' .env}</pre>
 */
public final class DaytonaPushLocal {
    private static final String SECRET = "DAYTONA_SNAPSHOT_NAME";

    private DaytonaPushLocal() {}

    public static void main(String[] args) {
        try (DockerEngine engine = DockerEngine.local();
                ImageSource image = engine.source(args[0]);
                DaytonaClient daytona = DaytonaClient.fromEnvironment()) {
            SandboxImagePipeline.Builder pipeline = SandboxImagePipeline.builder()
                    .from(image)
                    .snapshot(DaytonaSnapshotter.with(daytona).name(args[1]).resources(2, 4, 10))
                    .record(Recorders.envFile(Path.of(args[2]), SECRET))
                    .progress(Progress.terminal());
            if (System.getenv("DOPPLER_TOKEN") != null) {
                pipeline.record(DopplerRecorder.to(DopplerConfig.fromEnvironment(Path.of("")))
                        .set(SECRET, Recorders.reference())
                        .reference("VITE_" + SECRET, SECRET));
            }
            Snapshot snapshot = pipeline.run().snapshots().get(0);
            System.out.println(snapshot.reference() + (snapshot.reused() ? " was there" : " made"));
        }
    }
}
