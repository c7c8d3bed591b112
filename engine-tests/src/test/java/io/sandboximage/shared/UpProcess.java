package io.sandboximage.shared;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Engine;
import java.nio.file.Path;

/** Starts a shared BuildKit and says what it started; for tests with several processes. */
final class UpProcess {
    private UpProcess() {}

    /** @param arguments the folder, the two ports, and the engine, or nothing for processes */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        SharedSettings settings = (arguments.length > 3
                        ? SharedSettings.containers(
                                DockerHost.parse(arguments[3]), folder, ServiceImages.BUILDKIT, ServiceImages.REGISTRY)
                        : processes(folder))
                .listen("127.0.0.1", Integer.parseInt(arguments[1]))
                .registryListen("127.0.0.1", Integer.parseInt(arguments[2]));
        System.out.println(SharedBuildKit.of(settings).up(ProgressTask.silent()).started());
    }

    static SharedSettings processes(Path folder) {
        return SharedSettings.processes(folder).programs(Engine.BUILDKITD.path(), Engine.REGISTRY_V3.path());
    }
}
