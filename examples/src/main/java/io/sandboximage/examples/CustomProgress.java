package io.sandboximage.examples;

import io.sandboximage.ImageSource;
import io.sandboximage.PipelineRun;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import java.util.concurrent.atomic.LongAdder;

/**
 * Two ways to follow a run: a listener, which is called while the work goes on and must be quick, and the stream of events of a
 * run, which a thread reads at its own pace.
 *
 * <pre>{@code CustomProgress oci:build/image:v1 oci:backup:v1}</pre>
 */
public final class CustomProgress {
    private CustomProgress() {}

    public static void main(String[] args) {
        LongAdder tasks = new LongAdder();
        try (RegistryClient registries = RegistryClient.fromEnvironment();
                ImageSource source = Place.parse(args[0]).source(registries)) {
            PipelineRun run = SandboxImagePipeline.builder()
                    .from(source)
                    .to(Place.parse(args[1]).sink(registries, CopyOptions.DEFAULT))
                    .progress(event -> {
                        if (event instanceof ProgressEvent.Started) {
                            tasks.increment();
                        }
                    })
                    .start();
            run.events()
                    .filter(ProgressEvent.Finished.class::isInstance)
                    .map(ProgressEvent.Finished.class::cast)
                    .forEach(event -> System.out.println("task " + event.task() + " ended: " + event.outcome()));
            System.out.println(run.result().image().digest() + " after " + tasks + " tasks");
        }
    }
}
