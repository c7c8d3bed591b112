package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.golden.internal.host.LiveUse;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresEngine(Engine.LOOP_MOUNTS)
class LiveUseIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** Engines mount their data on itself, and each container that starts meanwhile has a copy of that for a while. */
    @Test
    void aCopyOfAnEnginesOwnMountIsNoUse() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Command.of("mount", "--bind", data, data).run().orFail();
        try (Daemon starting = inNamespace("true")) {
            starting.awaitLog("ready", LIMIT);
            Command.of("umount", data).run().orFail();
            assertThat(LiveUse.of(data)).isEmpty();
        }
    }

    @Test
    void aMountElsewhereInAnotherNamespaceIsAUse() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Path other = Files.createDirectory(folder.resolve("other"));
        try (Daemon user = inNamespace("mount --bind " + data + " " + other)) {
            user.awaitLog("ready", LIMIT);
            assertThat(LiveUse.of(data)).get().asString().contains("a mount that process");
        }
        assertThat(LiveUse.of(data)).isEmpty();
    }

    private Daemon inNamespace(String command) {
        return Command.of(
                        "unshare",
                        "--mount",
                        "--propagation=private",
                        "sh",
                        "-c",
                        command + " && echo ready && exec sleep 600")
                .start(folder.resolve("namespace.log"));
    }
}
