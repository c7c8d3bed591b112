package io.sandboximage.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.depot.sandbox.DepotCompute;
import io.sandboximage.depot.sandbox.DepotSandbox;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.sandbox.SandboxRequest;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.EngineSearch;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vendor's own command line in sandboxes of the emulator, and our older client beside it, field by field. */
@RequiresEngine({Engine.DEPOT_CLI, Engine.BUSYBOX_STATIC, Engine.LOOP_MOUNTS})
class DepotSandboxCliIT {
    private static final String TOKEN = "organization-token";

    @TempDir
    static Path folder;

    private static DepotSandboxHost host;
    private static DepotEmulator emulator;
    private static DepotSandboxes sandboxes;
    private static DepotSandbox sandbox;

    @BeforeAll
    static void start() {
        host = DepotSandboxHost.busybox(folder.resolve("sandboxes"));
        emulator = DepotEmulator.start().token(TOKEN).sandboxes(host);
        sandboxes = DepotSandboxes.of(access());
        sandbox = sandboxes.create(SandboxRequest.defaults());
        sandbox.awaitRunning(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        sandboxes.close();
        emulator.close();
        host.close();
    }

    @Test
    void runsACommandInTheSandboxWithItsOutputAndExitCode() {
        CommandResult result = exec(sandbox.id(), "sh", "-c", "echo out; echo err >&2; [ ! -e /usr/share ] && exit 7")
                .run();
        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.output()).contains("out");
        assertThat(result.output() + result.errors()).contains("err");
    }

    @Test
    void refusesSandboxesThatAreNotThere() {
        CommandResult result = exec("unknown", "true").run();
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains("sandbox \"unknown\" was not found");
    }

    /** Golden transcript: what differs is named here, everything else must be equal. */
    @Test
    void weAskForCommandsAsTheVendorDoes() {
        exec(sandbox.id(), "echo", "hello world").run().orFail();
        DepotCall vendors = last();
        try (DepotCompute compute = DepotCompute.of(access())) {
            OutputStream nowhere = OutputStream.nullOutputStream();
            compute.run(sandbox.id(), "session", List.of("echo", "hello world"), Optional.empty(), nowhere, nowhere);
        }
        DepotCall ours = last();
        assertThat(ours).isNotSameAs(vendors);
        assertThat(ours.requests()).isEqualTo(vendors.requests());
        assertThat(ours.procedure()).isEqualTo(vendors.procedure());
        assertThat(ours.protocol()).isEqualTo(vendors.protocol());
        for (String header : List.of("authorization", "te")) {
            assertThat(ours.headers().get(header))
                    .as(header)
                    .isEqualTo(vendors.headers().get(header));
        }
        // Each says who it is; the rest of the headers is up to the two gRPC libraries.
        assertThat(vendors.headers().get("user-agent"))
                .isNotEqualTo(ours.headers().get("user-agent"));
    }

    private static DepotCall last() {
        List<DepotCall> calls = emulator.calls("RemoteExec");
        return calls.get(calls.size() - 1);
    }

    private static Command exec(String sandbox, String... command) {
        return Command.of(Engine.DEPOT_CLI.find(EngineSearch.ofMachine()).orElseThrow())
                .with("sandbox", "exec", "--sandbox-id", sandbox, "--session-id", "session", "--")
                .with((Object[]) command)
                .env("DEPOT_API_URL", emulator.url().toString())
                .env("DEPOT_EXEC_URL", emulator.url().toString())
                .env("DEPOT_TOKEN", TOKEN)
                .env("HOME", folder.toString())
                .env("XDG_CONFIG_HOME", folder.resolve("config").toString())
                .env("DEPOT_NO_UPDATE_NOTIFIER", "1")
                .env("DEPOT_ERROR_TELEMETRY", "0")
                .env("DEPOT_DISABLE_OTEL", "1");
    }

    private static DepotAccess access() {
        return new DepotAccess(
                emulator.url(),
                emulator.url(),
                TokenProvider.of(TOKEN),
                Optional.empty(),
                DepotAccess.Protocol.CONNECT);
    }
}
