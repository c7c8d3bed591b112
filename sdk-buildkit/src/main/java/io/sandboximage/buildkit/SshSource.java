package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.ssh.KeyAgent;
import io.sandboximage.buildkit.internal.ssh.KeyFile;
import io.sandboximage.buildkit.internal.ssh.SocketAgent;
import io.sandboximage.buildkit.internal.ssh.SshAgent;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keys that steps with {@code RUN --mount=type=ssh} may sign with. Steps see which keys there are and get signatures, never the
 * keys; they cannot change the agent. Immutable.
 */
public final class SshSource {
    private static final String SOCKET_VARIABLE = "SSH_AUTH_SOCK";

    private final Optional<Path> socket;
    private final List<Path> keyFiles;

    private SshSource(Optional<Path> socket, List<Path> keyFiles) {
        this.socket = socket;
        this.keyFiles = List.copyOf(keyFiles);
    }

    /** The agent at a unix socket. */
    public static SshSource agent(Path socket) {
        return new SshSource(Optional.of(socket), List.of());
    }

    /**
     * The agent that {@code SSH_AUTH_SOCK} names.
     *
     * @throws NotFoundException if the variable is not set
     */
    public static SshSource agent() {
        String path = System.getenv(SOCKET_VARIABLE);
        if (path == null || path.isEmpty()) {
            throw new NotFoundException("Could not find the ssh agent: the environment variable " + SOCKET_VARIABLE
                    + " is not set. Start an agent with \"eval $(ssh-agent)\", or name key files");
        }
        return agent(Path.of(path));
    }

    /** Files of private keys without passphrase, in OpenSSH's format or PEM: Ed25519, RSA and ECDSA. Read at each build. */
    public static SshSource keys(List<Path> files) {
        if (files.isEmpty()) {
            throw new InvalidRequestException("No ssh key file is named");
        }
        return new SshSource(Optional.empty(), files);
    }

    /**
     * What {@code docker buildx build --ssh ID=PATH,PATH} means by its paths: none for the agent of the environment, one socket,
     * or files of keys.
     */
    public static SshSource of(List<Path> paths) {
        if (paths.isEmpty()) {
            return agent();
        }
        List<Path> sockets = paths.stream()
                .filter(path -> Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path))
                .toList();
        if (sockets.isEmpty()) {
            return keys(paths);
        }
        if (paths.size() > 1) {
            throw new InvalidRequestException("An ssh id takes one agent's socket or several key files, not both: "
                    + sockets.get(0) + " is a socket");
        }
        return agent(sockets.get(0));
    }

    /** @throws io.sandboximage.error.SandboxImageException if a key file cannot be used */
    SshAgent.Source open() {
        if (socket.isPresent()) {
            Path path = socket.get();
            return () -> SocketAgent.connect(path);
        }
        KeyAgent agent = new KeyAgent(keyFiles.stream().map(KeyFile::read).toList());
        return () -> agent;
    }

    @Override
    public String toString() {
        return socket.map(path -> "ssh agent at " + path).orElse("ssh keys " + keyFiles);
    }
}
