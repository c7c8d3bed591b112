package io.sandboximage.buildkit.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    private static final byte[] DATA = "what is signed".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
    void publicPointOfAnEcKeyIsTheOneThatTheJdkMade(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        KeyPair pair = generator.generateKeyPair();

        ByteBuffer blob = ByteBuffer.wrap(KeyFile.read(pem(pair.getPrivate())).publicBlob());

        SshWire.string(blob);
        SshWire.string(blob);
        byte[] point = SshWire.string(blob);
        int length = (point.length - 1) / 2;
        ECPublicKey expected = (ECPublicKey) pair.getPublic();
        assertThat(new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + length)))
                .isEqualTo(expected.getW().getAffineX());
        assertThat(new BigInteger(1, Arrays.copyOfRange(point, 1 + length, point.length)))
                .isEqualTo(expected.getW().getAffineY());
    }

    @Test
    void ed25519KeyHasTheBlobOfItsPublicHalf() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        SshKey key = KeyFile.read(pem(pair.getPrivate()));

        // The JDK's own encoding of a public key ends in the bytes that travel.
        byte[] encoded = pair.getPublic().getEncoded();
        ByteBuffer blob = ByteBuffer.wrap(key.publicBlob());
        assertThat(SshWire.text(blob)).isEqualTo("ssh-ed25519");
        assertThat(SshWire.string(blob)).isEqualTo(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }

    @Test
    void agentSignsWithTheHashThatItIsAskedFor() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        SshKey key = KeyFile.read(pem(pair.getPrivate()));

        assertThat(verifies(sign(key, 4), "rsa-sha2-512", "SHA512withRSA", pair.getPublic()))
                .isTrue();
        assertThat(verifies(sign(key, 2), "rsa-sha2-256", "SHA256withRSA", pair.getPublic()))
                .isTrue();
    }

    @Test
    void agentRefusesEverythingButListingAndSigning() throws Exception {
        SshKey key = KeyFile.read(
                pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()));

        for (int type = 0; type < 256; type++) {
            if (type != AgentMessages.REQUEST_IDENTITIES) {
                assertThat(new KeyAgent(List.of(key)).answer(new byte[] {(byte) type}))
                        .containsExactly(AgentMessages.FAILURE);
            }
        }
        assertThat(new KeyAgent(List.of(key)).answer(new byte[0])).containsExactly(AgentMessages.FAILURE);
    }

    @Test
    void agentDoesNotSignForKeysThatItLacks() throws Exception {
        SshKey key = KeyFile.read(
                pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate()));
        byte[] request = new SshWire.Writer()
                .type(AgentMessages.SIGN_REQUEST)
                .string(new byte[] {1, 2, 3})
                .string(DATA)
                .number(0)
                .bytes();

        assertThat(new KeyAgent(List.of(key)).answer(request)).containsExactly(AgentMessages.FAILURE);
    }

    @Test
    void fileThatIsNoKeyIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("id"), "ssh-ed25519 AAAA somebody\n");

        assertThatThrownBy(() -> KeyFile.read(file))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> KeyFile.read(folder.resolve("missing")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void damagedOpenSshKeyIsRefused() throws IOException {
        String body = Base64.getEncoder().encodeToString("openssh-key-v1\0....".getBytes(StandardCharsets.US_ASCII));
        Path file = Files.writeString(
                folder.resolve("id"),
                "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----\n");

        assertThatThrownBy(() -> KeyFile.read(file))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("damaged");
    }

    private static byte[] sign(SshKey key, int flags) {
        byte[] request = new SshWire.Writer()
                .type(AgentMessages.SIGN_REQUEST)
                .string(key.publicBlob())
                .string(DATA)
                .number(flags)
                .bytes();
        ByteBuffer answer = ByteBuffer.wrap(new KeyAgent(List.of(key)).answer(request));
        assertThat(answer.get()).isEqualTo((byte) AgentMessages.SIGN_RESPONSE);
        return SshWire.string(answer);
    }

    private static boolean verifies(byte[] signature, String name, String algorithm, PublicKey key) throws Exception {
        ByteBuffer in = ByteBuffer.wrap(signature);
        assertThat(SshWire.text(in)).isEqualTo(name);
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key);
        verifier.update(DATA);
        return verifier.verify(SshWire.string(in));
    }

    private Path pem(PrivateKey key) throws IOException {
        return Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
    }
}
