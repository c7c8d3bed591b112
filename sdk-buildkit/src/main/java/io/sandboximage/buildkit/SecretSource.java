package io.sandboximage.buildkit;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives a secret when a build step asks for it; called on another thread, perhaps several times. */
@FunctionalInterface
public interface SecretSource {
    /** @throws io.sandboximage.error.SandboxImageException to fail the build */
    byte[] read();

    static SecretSource of(byte[] bytes) {
        byte[] copy = bytes.clone();
        return copy::clone;
    }

    static SecretSource file(Path file) {
        return () -> {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new StorageException("Could not read the secret file " + file + ": " + AtomicFile.reason(e), e);
            }
        };
    }

    /** The value that the variable has when the secret is asked for. */
    static SecretSource environment(String variable) {
        return () -> {
            String value = System.getenv(variable);
            if (value == null) {
                throw new NotFoundException(
                        "The environment variable " + variable + ", wanted as a secret, is not set");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        };
    }
}
