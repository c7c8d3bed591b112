package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code RUN --mount=type=ssh}: OpenSSH's own client inside a step, against OpenSSH's agent and against key files. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.OPENSSH})
class SshForwardIT {
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
    private static final String SSH_STAGE = BuildContext.BUSYBOX_STAGE + "COPY root/ /\nCOPY *.pub /keys/\n";

    @TempDir
    static Path state;

    private static BuildKitProcess buildkitd;
    private static BuildKitClient client;

    @TempDir
    Path folder;

    private BuildContext context;

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

    @BeforeEach
    void makeContextWithAnSshClient() throws IOException {
        context = new BuildContext(Files.createDirectory(folder.resolve("context"))).busybox();
        Path program = Engine.OPENSSH.path();
        copyIntoRoot(program, "/usr/bin/ssh-add");
        Matcher libraries =
                LIBRARY.matcher(Command.of("ldd", program).run().orFail().output());
        while (libraries.find()) {
            copyIntoRoot(Path.of(libraries.group(1)), libraries.group(1));
        }
        context.file("root/etc/passwd", "root:x:0:0:root:/:/bin/sh\n");
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, OPENSSH, 256",
        "rsa, OPENSSH, 2048",
        "rsa, PEM, 2048",
        "rsa, PKCS8, 2048",
        "ecdsa, OPENSSH, 256",
        "ecdsa, OPENSSH, 384",
        "ecdsa, OPENSSH, 521",
        "ecdsa, PEM, 256",
        "ecdsa, PKCS8, 521"
    })
    void stepsSignWithKeyFiles(String type, String format, String bits) throws IOException {
        Path key = key("id", type, format, bits);

        Path out = build(
                "RUN --mount=type=ssh ssh-add -L > /listed && ssh-add -T /keys/id.pub\n",
                Map.of("default", SshSource.keys(List.of(key))));

        assertThat(Files.readString(out.resolve("listed")).split(" ")[1])
                .isEqualTo(Files.readString(context.folder().resolve("id.pub")).split(" ")[1]);
    }

    @Test
    void stepsSignWithTheKeysOfAnAgent() throws IOException {
        Path key = key("id", "ed25519", "OPENSSH", "256");
        Path other = key("other", "rsa", "OPENSSH", "2048");
        Path socket = folder.resolve("agent.sock");
        try (Daemon agent = agent(socket)) {
            add(socket, key);
            add(socket, other);

            Path out = build(
                    "RUN --mount=type=ssh ssh-add -l > /listed && ssh-add -T /keys/id.pub && ssh-add -T /keys/other.pub\n"
                            // Neither may a step change what the agent holds.
                            + "RUN --mount=type=ssh ! ssh-add -D && ssh-add -l > /listed-again\n",
                    Map.of("default", SshSource.agent(socket)));

            assertThat(out.resolve("listed")).content().hasLineCount(2);
            assertThat(out.resolve("listed-again")).hasSameTextualContentAs(out.resolve("listed"));
            assertThat(agent.running()).isTrue();
        }
    }

    @Test
    void everyIdHasItsOwnKeys() throws IOException {
        Path one = key("one", "ed25519", "OPENSSH", "256");
        Path two = key("two", "ed25519", "OPENSSH", "256");

        build(
                "RUN --mount=type=ssh,id=first ssh-add -T /keys/one.pub && ! ssh-add -T /keys/two.pub\n"
                        + "RUN --mount=type=ssh,id=second ssh-add -T /keys/two.pub && ! ssh-add -T /keys/one.pub\n",
                Map.of("first", SshSource.keys(List.of(one)), "second", SshSource.of(List.of(two))));
    }

    @Test
    void idThatWasNotGivenFailsTheBuildUnlessTheMountIsOptional() throws IOException {
        assertThatThrownBy(() -> build("RUN --mount=type=ssh,id=deploy,required=true true\n", Map.of()))
                .isInstanceOf(BuildFailedException.class)
                .hasMessageContaining("deploy");

        build("RUN --mount=type=ssh,id=deploy test -z \"$SSH_AUTH_SOCK\" || true\n", Map.of());
    }

    @Test
    void agentThatIsGoneIsNamed() throws IOException {
        Path socket = folder.resolve("gone.sock");

        assertThatThrownBy(() -> build("RUN --mount=type=ssh ssh-add -l\n", Map.of("default", SshSource.agent(socket))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("ssh agent")
                .hasMessageContaining("default");
    }

    @Test
    void keyWithPassphraseIsRefusedBeforeTheBuild() throws IOException {
        Path key = folder.resolve("protected");
        Command.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-f", key)
                .run()
                .orFail();

        assertThatThrownBy(() -> build("RUN true\n", Map.of("default", SshSource.keys(List.of(key)))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("passphrase")
                .hasMessageContaining("ssh-add");
    }

    private Path build(String steps, Map<String, SshSource> ssh) throws IOException {
        // Not a stage of its own for every test: what the steps write comes last.
        context.dockerfile(SSH_STAGE + steps);
        context.file("none.pub", "");
        Path out = folder.resolve("out");
        DockerfileBuild build = DockerfileBuild.of(context.folder()).export(BuildExport.directory(out));
        ssh.forEach(build::ssh);
        client.solve(build.toRequest(), ProgressTask.silent());
        return out;
    }

    private Path key(String name, String type, String format, String bits) throws IOException {
        Path key = folder.resolve(name);
        Command create = Command.of("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-C", "build", "-f", key);
        (format.equals("OPENSSH") ? create : create.with("-m", format)).run().orFail();
        Files.copy(folder.resolve(name + ".pub"), context.folder().resolve(name + ".pub"));
        return key;
    }

    private static Daemon agent(Path socket) {
        return Command.of("ssh-agent", "-D", "-a", socket)
                .start(socket.resolveSibling("agent.log"))
                .await("listening", Duration.ofSeconds(20), () -> Files.exists(socket));
    }

    private static void add(Path socket, Path key) {
        Command.of("ssh-add", "-q", key)
                .env("SSH_AUTH_SOCK", socket.toString())
                .run()
                .orFail();
    }

    private void copyIntoRoot(Path file, String place) throws IOException {
        Path target = context.folder().resolve("root" + place);
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
}
