package io.sandboximage.buildkit;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates made by openssl in a folder: {@code NAME.pem} and {@code NAME.key}. */
final class TestCertificates {
    private final Path folder;

    TestCertificates(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    TestCertificates authority(String name) {
        openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name + " -keyout " + name + ".key -out " + name
                + ".pem");
        return this;
    }

    /** @param command of openssl, for instance {@code genrsa 2048} */
    TestCertificates key(String name, String command) {
        openssl(command.replaceFirst(" ", " -out " + name + ".key "));
        return this;
    }

    /** For a key that is there. */
    TestCertificates certificate(String name, String authority, String extension) throws IOException {
        Files.writeString(folder.resolve(name + ".ext"), extension + "\n");
        openssl("req -new -key " + name + ".key -subj /CN=" + name + " -out " + name + ".csr");
        openssl("x509 -req -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority
                + ".key -CAcreateserial -days 2 -extfile " + name + ".ext -out " + name + ".pem");
        return this;
    }

    byte[] pem(String file) throws IOException {
        return Files.readAllBytes(folder.resolve(file));
    }

    private void openssl(String arguments) {
        Command.of("openssl")
                .with((Object[]) arguments.split(" "))
                .in(folder)
                .run()
                .orFail();
    }
}
