package io.sandboximage.registryserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.registry.server.RegistryStorage;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** skopeo pushes an image into the loopback registry and pulls it back. */
@RequiresEngine({Engine.SKOPEO, Engine.UMOCI})
class SkopeoIT {
    private static final int FILE_BYTES = 3_000_000;

    @TempDir
    Path dir;

    @BeforeEach
    void makeLayout() throws Exception {
        Path files = Files.createDirectories(dir.resolve("files"));
        byte[] content = new byte[FILE_BYTES];
        new Random(1).nextBytes(content);
        Files.write(files.resolve("random"), content);
        Files.writeString(files.resolve("hello"), "hello");
        umoci("init", "--layout", "layout");
        umoci("new", "--image", "layout:v1");
        umoci("insert", "--rootless", "--image", "layout:v1", files, "/files");
        umoci("gc", "--layout", "layout");
    }

    @Test
    void pushesAndPullsThroughMemory() throws Exception {
        try (RegistryServer server = RegistryServer.builder().start()) {
            skopeo("copy", "--dest-tls-verify=false", "oci:layout:v1", image(server));
            skopeo("copy", "--src-tls-verify=false", image(server), "oci:back:v1");
        }
        assertCameBackWhole();
    }

    @Test
    void pushesAndPullsThroughADirectoryWithBasicAuth() throws Exception {
        RegistryServer.Builder builder = RegistryServer.builder()
                .storage(RegistryStorage.directory(dir.resolve("store")))
                .basicAuth("user", "p:ss");
        try (RegistryServer server = builder.start()) {
            String to = image(server);
            skopeo("copy", "--dest-tls-verify=false", "--dest-creds=user:p:ss", "oci:layout:v1", to);
            assertThat(skopeoCommand("copy", "--src-tls-verify=false", "--src-no-creds", to, "oci:stolen:v1")
                            .run()
                            .exitCode())
                    .isNotZero();
        }
        try (RegistryServer server = builder.start()) {
            skopeo("copy", "--src-tls-verify=false", "--src-creds=user:p:ss", image(server), "oci:back:v1");
        }
        assertCameBackWhole();
    }

    @Test
    void listsAndDeletesTags() {
        try (RegistryServer server = RegistryServer.builder().start()) {
            skopeo("copy", "--dest-tls-verify=false", "oci:layout:v1", image(server));
            String repository = image(server).replace(":v1", "");
            assertThat(skopeo("list-tags", "--tls-verify=false", repository)).contains("\"v1\"");
            skopeo("delete", "--tls-verify=false", image(server));
            assertThat(skopeo("list-tags", "--tls-verify=false", repository)).doesNotContain("\"v1\"");
        }
    }

    private void assertCameBackWhole() throws Exception {
        Path blobs = dir.resolve("layout/blobs/sha256");
        try (var pushed = Files.list(blobs)) {
            assertThat(pushed.toList()).hasSizeGreaterThanOrEqualTo(3).allSatisfy(blob -> assertThat(
                            dir.resolve("back/blobs/sha256").resolve(blob.getFileName()))
                    .hasSameBinaryContentAs(blob));
        }
    }

    private static String image(RegistryServer server) {
        return "docker://" + server.reference("acme/app", "v1");
    }

    private String skopeo(Object... arguments) {
        return skopeoCommand(arguments).run().orFail().output();
    }

    private Command skopeoCommand(Object... arguments) {
        return Command.of(Engine.SKOPEO.path(), "--insecure-policy")
                .with(arguments)
                .in(dir);
    }

    private void umoci(Object... arguments) {
        Command.of(Engine.UMOCI.path()).with(arguments).in(dir).run().orFail();
    }
}
