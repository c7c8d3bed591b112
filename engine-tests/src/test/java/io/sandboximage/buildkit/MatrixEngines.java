package io.sandboximage.buildkit;

import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every kind of daemon that the client knows, each started when it is first needed. */
final class MatrixEngines implements AutoCloseable {
    static final String CONTAINER = "matrix-buildkit";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    /** A daemon and the way to it. */
    enum Kind {
        DOCKER_20,
        DOCKER_28_CLASSIC,
        DOCKER_28_TLS,
        DOCKER_28_CONTAINERD,
        BUILDKITD_UNIX,
        BUILDKITD_TCP,
        BUILDKITD_MUTUAL_TLS,
        DOCKER_CONTAINER;

        /** Part of a Docker engine. */
        boolean embedded() {
            return name().startsWith("DOCKER_") && this != DOCKER_CONTAINER;
        }

        /** Keeps images in layers of its own. */
        boolean classicStore() {
            return embedded() && this != DOCKER_28_CONTAINERD;
        }

        /** Too old to say its version, and for details of errors. */
        boolean old() {
            return this == DOCKER_20;
        }
    }

    private final Path folder;
    private final TestCertificates certificates;
    private final Map<DockerProcess.Kind, DockerProcess> docker = new EnumMap<>(DockerProcess.Kind.class);
    private final Map<Kind, BuildKitClient> clients = new EnumMap<>(Kind.class);
    private final int dockerPort = Daemon.freePort();
    private final int plainPort = Daemon.freePort();
    private final int tlsPort = Daemon.freePort();
    private BuildKitProcess plain;
    private BuildKitProcess tls;
    private boolean container;

    MatrixEngines(Path folder) throws IOException {
        this.folder = folder;
        this.certificates = new TestCertificates(Files.createDirectory(folder.resolve("tls")))
                .authority("ca")
                .authority("other-ca")
                .key("server", "genrsa 2048")
                .certificate("server", "ca", "subjectAltName=DNS:localhost")
                .key("cert", "genrsa 2048")
                .certificate("cert", "ca", "extendedKeyUsage=clientAuth");
        // As docker looks for it.
        Files.copy(
                certificates.folder().resolve("cert.key"), certificates.folder().resolve("key.pem"));
    }

    BuildKitClient client(Kind kind) {
        return clients.computeIfAbsent(kind, k -> BuildKitClient.connect(address(k)));
    }

    BuildKitAddress address(Kind kind) {
        try {
            return switch (kind) {
                case DOCKER_20, DOCKER_28_CLASSIC, DOCKER_28_CONTAINERD -> BuildKitAddress.docker(host(kind));
                case DOCKER_28_TLS -> BuildKitAddress.docker(secureHost("localhost", certificates.folder()));
                case BUILDKITD_UNIX -> BuildKitAddress.parse(plain().address());
                case BUILDKITD_TCP -> {
                    plain();
                    yield BuildKitAddress.tcp("127.0.0.1", plainPort);
                }
                case BUILDKITD_MUTUAL_TLS -> mutualTls("ca");
                case DOCKER_CONTAINER -> {
                    startContainer();
                    yield BuildKitAddress.dockerContainer(host(Kind.DOCKER_28_CONTAINERD), CONTAINER);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trusts the authority; the certificate is for {@code localhost}. */
    BuildKitAddress mutualTls(String authority) throws IOException {
        tlsDaemon();
        return BuildKitAddress.tcp("localhost", tlsPort).tls(tls(authority));
    }

    BuildKitTls tls(String authority) throws IOException {
        return BuildKitTls.trusting(certificates.pem(authority + ".pem"))
                .identity(certificates.pem("cert.pem"), certificates.pem("cert.key"));
    }

    TestCertificates certificates() {
        return certificates;
    }

    DockerHost host(Kind kind) {
        return DockerHost.parse(docker(kind).address());
    }

    /** The TLS port of an engine, trusting the authority in the folder. */
    DockerHost secureHost(String name, Path certificateFolder) {
        docker(Kind.DOCKER_28_TLS);
        return DockerHost.discover(new DockerEnvironment(
                Map.of(
                        "DOCKER_HOST",
                        "tcp://" + name + ":" + dockerPort,
                        "DOCKER_TLS_VERIFY",
                        "1",
                        "DOCKER_CERT_PATH",
                        certificateFolder.toString()),
                folder,
                folder));
    }

    DockerProcess docker(Kind kind) {
        DockerProcess.Kind process =
                switch (kind) {
                    case DOCKER_20 -> DockerProcess.Kind.V20_CLASSIC;
                    case DOCKER_28_CLASSIC, DOCKER_28_TLS -> DockerProcess.Kind.V28_CLASSIC;
                    default -> DockerProcess.Kind.V28_CONTAINERD;
                };
        return docker.computeIfAbsent(process, k -> {
            Path state = create("docker-" + k);
            // Only in the machine's network can its port be reached.
            return k == DockerProcess.Kind.V28_CLASSIC
                    ? DockerProcess.startOnHostNetwork(
                            k,
                            state,
                            "--host",
                            "tcp://127.0.0.1:" + dockerPort,
                            "--tlsverify",
                            "--tlscacert",
                            certificate("ca.pem"),
                            "--tlscert",
                            certificate("server.pem"),
                            "--tlskey",
                            certificate("server.key"))
                    : DockerProcess.start(k, state);
        });
    }

    private BuildKitProcess plain() {
        if (plain == null) {
            plain = BuildKitProcess.start(create("plain"), "--addr", "tcp://127.0.0.1:" + plainPort);
            plain.daemon().awaitPort(plainPort, START_LIMIT);
        }
        return plain;
    }

    private void tlsDaemon() {
        if (tls == null) {
            tls = BuildKitProcess.start(
                    create("mutual-tls"),
                    "--addr",
                    "tcp://127.0.0.1:" + tlsPort,
                    "--tlscacert",
                    certificate("ca.pem"),
                    "--tlscert",
                    certificate("server.pem"),
                    "--tlskey",
                    certificate("server.key"));
            tls.daemon().awaitPort(tlsPort, START_LIMIT);
        }
    }

    /** A buildkitd with all that it needs, in an image made here: no registry is asked. */
    private void startContainer() throws IOException {
        if (container) {
            return;
        }
        container = true;
        Path context = create("buildkit-image");
        Path root = Files.createDirectories(context.resolve("root/bin")).getParent();
        for (Engine program : new Engine[] {Engine.BUILDKITD, Engine.BUILDCTL, Engine.RUNC, Engine.BUSYBOX_STATIC}) {
            Path file = program.path().toRealPath();
            Files.copy(file, root.resolve("bin").resolve(program.path().getFileName()));
            Matcher library = LIBRARY.matcher(Command.of("ldd", file).run().output());
            while (library.find()) {
                Path copy = root.resolve(library.group(1).substring(1));
                Files.createDirectories(copy.getParent());
                Files.copy(Path.of(library.group(1)).toRealPath(), copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY root /
                RUN ["/bin/busybox", "--install", "/bin"]
                RUN mkdir -p /tmp /run /var /etc
                """);
        DockerProcess engine = docker(Kind.DOCKER_CONTAINER);
        engine.docker("build", "--quiet", "--tag", CONTAINER, context).run().orFail();
        engine.docker(
                        "run",
                        "--detach",
                        "--privileged",
                        "--network=none",
                        "--volume=/var/lib/buildkit",
                        "--name=" + CONTAINER,
                        CONTAINER,
                        "buildkitd",
                        "--oci-worker-net=host")
                .run()
                .orFail();
        engine.daemon().await("with a buildkitd in its container", START_LIMIT, () -> engine.docker("logs", CONTAINER)
                .run()
                .errors()
                .contains("running server on"));
    }

    private String certificate(String name) {
        return certificates.folder().resolve(name).toString();
    }

    private Path create(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        clients.values().forEach(BuildKitClient::close);
        docker.values().forEach(DockerProcess::close);
        if (plain != null) {
            plain.close();
        }
        if (tls != null) {
            tls.close();
        }
    }
}
