package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.RobotTokenServer;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushes to and pulls from real registries that want to know who asks. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.DOCKER_REGISTRY, Engine.OPENSSL})
class RegistryAuthIT {
    private static final RobotAccounts ACCOUNTS = new RobotAccounts(Clock.systemUTC());
    private static final RobotAccounts.Robot ACCOUNT = ACCOUNTS.make(Duration.ofHours(1));

    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        buildkitd = BuildKitProcess.start(state);
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()));
    }

    @AfterAll
    static void stop() {
        client.close();
        buildkitd.close();
    }

    @Test
    void pushesAndPullsWithBasicAuthentication() throws IOException {
        try (RegistryProcess registry = RegistryProcess.startWithBasicAuth(
                Engine.DOCKER_REGISTRY, folder, ACCOUNT.username(), ACCOUNT.secret())) {
            CredentialProvider credentials = provider(registry, ACCOUNT.secret());

            push(registry, credentials);

            assertThat(pull(registry, credentials)).hasContent("pushed");
            assertThatThrownBy(() -> push(registry, provider(registry, "wrong one")))
                    .isInstanceOf(SandboxImageException.class)
                    .hasMessageNotContaining("wrong one");
            assertThat(buildkitd.daemon().log()).doesNotContain(ACCOUNT.secret());
        }
    }

    @Test
    void tokensAreFetchedHereAndThePasswordStaysHere() throws Exception {
        try (RobotTokenServer tokens = RobotTokenServer.start(ACCOUNTS, folder);
                RegistryProcess registry = tokens.startRegistry(Engine.DOCKER_REGISTRY, folder)) {
            push(registry, provider(registry, ACCOUNT.secret()));

            assertThat(pull(registry, provider(registry, ACCOUNT.secret()))).hasContent("pushed");
            assertThat(tokens.userAgents()).isNotEmpty().allMatch(agent -> agent.startsWith("sandbox-image"));
        }
    }

    @Test
    void refusedTokenFailsTheBuildWithoutThePassword() throws Exception {
        try (RobotTokenServer tokens = RobotTokenServer.start(ACCOUNTS, folder);
                RegistryProcess registry = tokens.startRegistry(Engine.DOCKER_REGISTRY, folder)) {
            assertThatThrownBy(() -> push(registry, provider(registry, "wrong one")))
                    .isInstanceOf(SandboxImageException.class)
                    .hasMessageContaining("token")
                    .hasMessageNotContaining("wrong one");
        }
    }

    private void push(RegistryProcess registry, CredentialProvider credentials) throws IOException {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("a.txt"), "pushed");
        client.solve(
                DockerfileBuild.of(context)
                        .dockerfile("FROM scratch\nCOPY a.txt /\n")
                        .credentials(credentials)
                        .export(BuildExport.image()
                                .attribute("name", name(registry))
                                .attribute("push", "true"))
                        .toRequest(),
                ProgressTask.silent());
    }

    /** By a daemon that has forgotten what it pushed. */
    private Path pull(RegistryProcess registry, CredentialProvider credentials) throws IOException {
        buildkitd.buildctl("prune", "--all").run().orFail();
        Path out = folder.resolve("out");
        client.solve(
                DockerfileBuild.of(Files.createDirectories(folder.resolve("empty")))
                        .dockerfile("FROM " + name(registry) + "\n")
                        .credentials(credentials)
                        .export(BuildExport.directory(out))
                        .toRequest(),
                ProgressTask.silent());
        return out.resolve("a.txt");
    }

    private static CredentialProvider provider(RegistryProcess registry, String password) {
        return CredentialProvider.of(registry.address(), Credentials.basic(ACCOUNT.username(), password));
    }

    private static String name(RegistryProcess registry) {
        return registry.address() + "/team/image:1";
    }
}
