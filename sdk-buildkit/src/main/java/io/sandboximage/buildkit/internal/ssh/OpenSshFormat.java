package io.sandboximage.buildkit.internal.ssh;

import io.sandboximage.error.InvalidRequestException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;

/**
 * OpenSSH's format of private keys (its PROTOCOL.key).
 *
 * <pre>
 *   "openssh-key-v1\0"  cipher  kdf  kdf options  count(4)  public key  private section
 *   private section:    check(4)  check(4)  type  numbers of the type…  comment  padding 1, 2, 3, …
 * </pre>
 */
final class OpenSshFormat {
    private static final byte[] MAGIC = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int SEED_BYTES = 32;

    private OpenSshFormat() {}

    static SshKey parse(byte[] bytes) throws GeneralSecurityException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new InvalidRequestException("it is damaged");
        }
        String cipher = SshWire.text(in);
        SshWire.string(in); // the key derivation and
        SshWire.string(in); // its options, of interest with a passphrase only
        if (!cipher.equals("none")) {
            throw new InvalidRequestException(
                    "it is protected by a passphrase. Add it to an agent with ssh-add, and give the agent instead");
        }
        if (in.getInt() != 1) {
            throw new InvalidRequestException("it holds more than one key");
        }
        byte[] publicBlob = SshWire.string(in);
        ByteBuffer section = ByteBuffer.wrap(SshWire.string(in));
        int check = section.getInt();
        if (check != section.getInt()) {
            throw new InvalidRequestException("it is damaged");
        }
        String type = SshWire.text(section);
        PrivateKey key = privateKey(type, section);
        return new SshKey(type, publicBlob, key, SshWire.text(section));
    }

    private static PrivateKey privateKey(String type, ByteBuffer in) throws GeneralSecurityException {
        if (type.equals(SshKey.ED25519)) {
            SshWire.string(in);
            byte[] seedAndPublic = SshWire.string(in);
            return KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(
                            NamedParameterSpec.ED25519, Arrays.copyOf(seedAndPublic, SEED_BYTES)));
        }
        if (type.equals(SshKey.RSA)) {
            BigInteger n = SshWire.integer(in);
            BigInteger e = SshWire.integer(in);
            BigInteger d = SshWire.integer(in);
            BigInteger coefficient = SshWire.integer(in);
            BigInteger p = SshWire.integer(in);
            BigInteger q = SshWire.integer(in);
            BigInteger one = BigInteger.ONE;
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new RSAPrivateCrtKeySpec(
                            n, e, d, p, q, d.mod(p.subtract(one)), d.mod(q.subtract(one)), coefficient));
        }
        EcCurve curve = EcCurve.ofKeyType(type);
        SshWire.string(in); // the curve's name once more
        SshWire.string(in); // the public point
        return KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(SshWire.integer(in), curve.parameters()));
    }
}
