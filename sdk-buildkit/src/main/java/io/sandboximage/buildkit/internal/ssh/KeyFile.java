package io.sandboximage.buildkit.internal.ssh;

import io.sandboximage.buildkit.internal.transport.Pem;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads files of private keys: OpenSSH's own format, and PEM (PKCS#8, PKCS#1, SEC1). Without passphrase. */
public final class KeyFile {
    private static final Pattern OPENSSH =
            Pattern.compile("-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END OPENSSH PRIVATE KEY-----");
    /** As much as Docker's client reads. */
    private static final int MAX_BYTES = 100 * 1024;

    private KeyFile() {}

    /** The bytes of the key show in no message. */
    public static SshKey read(Path file) {
        String text = text(file);
        Matcher openSsh = OPENSSH.matcher(text);
        try {
            return openSsh.find()
                    ? OpenSshFormat.parse(Base64.getMimeDecoder().decode(openSsh.group(1)))
                    : PemKeys.sshKey(Pem.privateKey(text), file.toString());
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException("Could not use the ssh key file " + file + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new InvalidRequestException("Could not use the ssh key file " + file + ": " + e.getMessage(), e);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new InvalidRequestException("Could not use the ssh key file " + file + ": it is damaged", e);
        }
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new InvalidRequestException("Could not use the ssh key file " + file
                        + ": it is larger than any key. Name a private key, for instance ~/.ssh/id_ed25519");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new StorageException("Could not read the ssh key file " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
