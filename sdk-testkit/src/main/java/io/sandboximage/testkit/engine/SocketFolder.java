package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for one daemon's socket: names of sockets are at most 107 bytes long, so it does not lie deep in the test's folder. */
record SocketFolder(Path socket) {
    static SocketFolder create(String socketName) {
        try {
            return new SocketFolder(Files.createTempDirectory("bk").resolve(socketName));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
