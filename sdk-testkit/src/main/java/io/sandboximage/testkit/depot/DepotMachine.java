package io.sandboximage.testkit.depot;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.sandboximage.depot.internal.proto.cli.Cert;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse.ActiveConnection;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A build machine: a real buildkitd behind mutual TLS, whose certificate carries a name that is not the host that is dialled.
 * Needs what {@link BuildKitProcess} needs, and openssl. Closing ends it.
 */
public final class DepotMachine implements AutoCloseable {
    private static final String SERVER_NAME = "machine.depot.example.com";
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final BuildKitProcess buildkitd;
    private final @Nullable MachineFront front;
    private final ActiveConnection connection;

    private DepotMachine(BuildKitProcess buildkitd, @Nullable MachineFront front, ActiveConnection connection) {
        this.buildkitd = buildkitd;
        this.front = front;
        this.connection = connection;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param folder empty; for its state, its log and its certificates
     * @param moreArguments of buildkitd, for instance {@code --oci-worker-platform linux/arm64}
     */
    public static DepotMachine start(Path folder, String... moreArguments) {
        makeCertificates(folder);
        int port = Daemon.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "--addr",
                "tcp://127.0.0.1:" + port,
                "--tlscacert",
                folder.resolve("ca.pem").toString(),
                "--tlscert",
                folder.resolve("server.pem").toString(),
                "--tlskey",
                folder.resolve("server.key").toString()));
        arguments.addAll(List.of(moreArguments));
        BuildKitProcess buildkitd = BuildKitProcess.start(folder, arguments.toArray(new String[0]));
        buildkitd.daemon().awaitPort(port, START_LIMIT);
        return new DepotMachine(buildkitd, null, connection(folder, port));
    }

    /**
     * Starts one that can tell what it was asked for, and that gives leases as Depot's machines do: something stands before its
     * buildkitd, with the same certificates.
     *
     * @param folder as for {@link #start}
     */
    public static DepotMachine startWatched(Path folder, String... moreArguments) {
        makeCertificates(folder);
        int port = Daemon.freePort();
        List<String> arguments = new ArrayList<>(List.of("--addr", "tcp://127.0.0.1:" + port));
        arguments.addAll(List.of(moreArguments));
        BuildKitProcess buildkitd = BuildKitProcess.start(folder, arguments.toArray(new String[0]));
        buildkitd.daemon().awaitPort(port, START_LIMIT);
        try {
            ServerCredentials credentials = TlsServerCredentials.newBuilder()
                    .keyManager(
                            folder.resolve("server.pem").toFile(),
                            folder.resolve("server.key").toFile())
                    .trustManager(folder.resolve("ca.pem").toFile())
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                    .build();
            MachineFront front = new MachineFront(port, credentials);
            return new DepotMachine(buildkitd, front, connection(folder, front.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ActiveConnection connection(Path folder, int port) {
        return ActiveConnection.newBuilder()
                .setEndpoint("tcp://127.0.0.1:" + port)
                .setServerName(SERVER_NAME)
                .setCert(Cert.newBuilder()
                        .setCert(read(folder.resolve("client.pem")))
                        .setKey(read(folder.resolve("client.key"))))
                .setCaCert(Cert.newBuilder().setCert(read(folder.resolve("ca.pem"))))
                .build();
    }

    /** What it was asked to build, in order; only of a machine that is watched. */
    public List<DepotSolve> solves() {
        return watched().solves();
    }

    /** How many clients are connected; only of a machine that is watched. */
    public int connections() {
        return watched().connections();
    }

    /** The leases that nobody has given back; only of a machine that is watched. */
    public Set<String> openLeases() {
        return watched().openLeases();
    }

    private MachineFront watched() {
        return Objects.requireNonNull(front, "this machine is not watched: start it with startWatched");
    }

    /** The daemon, for looks behind the scenes and for crashes. */
    public BuildKitProcess buildkitd() {
        return buildkitd;
    }

    ActiveConnection connection() {
        return connection;
    }

    @Override
    public void close() {
        if (front != null) {
            front.close();
        }
        buildkitd.close();
    }

    private static void makeCertificates(Path folder) {
        openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=depot -keyout ca.key -out ca.pem");
        for (String name : List.of("server", "client")) {
            String use = name.equals("server") ? "subjectAltName=DNS:" + SERVER_NAME : "extendedKeyUsage=clientAuth";
            write(folder.resolve(name + ".ext"), use + "\n");
            openssl(
                    folder,
                    "req -newkey rsa:2048 -nodes -subj /CN=" + name + " -keyout " + name + ".key -out " + name
                            + ".csr");
            openssl(
                    folder,
                    "x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile " + name
                            + ".ext -out " + name + ".pem");
        }
    }

    private static void openssl(Path folder, String arguments) {
        Command.of("openssl")
                .with((Object[]) arguments.split(" "))
                .in(folder)
                .run()
                .orFail();
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
