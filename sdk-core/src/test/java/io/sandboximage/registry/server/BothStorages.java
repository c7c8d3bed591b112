package io.sandboximage.registry.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each test of a class against a server with its content in memory and one with a directory. */
@ParameterizedClass
@ValueSource(strings = {"memory", "directory"})
abstract class BothStorages {
    @Parameter
    String kind;

    @TempDir
    Path dir;

    RegistryServer server;
    Client client;

    @BeforeEach
    void start() {
        server = RegistryServer.builder()
                .storage(kind.equals("memory") ? RegistryStorage.memory() : RegistryStorage.directory(dir))
                .start();
        client = new Client(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
