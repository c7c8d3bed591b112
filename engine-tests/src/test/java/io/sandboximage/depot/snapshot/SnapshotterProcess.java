package io.sandboximage.depot.snapshot;

import io.sandboximage.ImageSource;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Takes a snapshot with a helper that never ends, to be killed meanwhile. Arguments: the emulator, the image, the helper. */
final class SnapshotterProcess {
    private SnapshotterProcess() {}

    public static void main(String[] arguments) {
        URI depot = URI.create(arguments[0]);
        DepotAccess access = new DepotAccess(
                depot,
                depot,
                TokenProvider.of(DepotSandboxSnapshotterIT.TOKEN),
                Optional.empty(),
                DepotAccess.Protocol.CONNECT);
        try (RegistryClient registries = RegistryClient.builder().build();
                ImageSource image = registries.source(ImageReference.parse(arguments[1]));
                DepotSandboxes sandboxes = DepotSandboxes.of(access)) {
            DepotSandboxSnapshotter.of(sandboxes)
                    .helper(UnpackHelper.program(Path.of(arguments[2])))
                    .timeout(Duration.ofMinutes(1))
                    .snapshot(image, ProgressTask.silent());
        }
    }
}
