package io.sandboximage.buildkit.internal.ssh;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;

/** Ed25519 keys (RFC 8032) as other programs hold them: a seed of 32 bytes, and a public key of as many. */
public final class Ed25519 {
    public static final int SEED_BYTES = 32;
    private static final int KEY_BYTES = 32;
    private static final int SIGN_BIT = 0x80;

    private Ed25519() {}

    /** The pair of a seed. The JDK makes public keys only for new pairs; the seed is what it draws for one. */
    public static KeyPair ofSeed(byte[] seed) throws GeneralSecurityException {
        if (seed.length != SEED_BYTES) {
            throw new InvalidKeyException("an Ed25519 key has " + SEED_BYTES + " bytes, not " + seed.length);
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
        return generator.generateKeyPair();
    }

    /** As it travels: y in little endian, and in its highest bit the sign of x. */
    public static byte[] encode(EdECPublicKey key) {
        byte[] bytes = new byte[KEY_BYTES];
        byte[] y = key.getPoint().getY().toByteArray();
        for (int i = 0; i < y.length && i < bytes.length; i++) {
            bytes[i] = y[y.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            bytes[KEY_BYTES - 1] |= (byte) SIGN_BIT;
        }
        return bytes;
    }

    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }
}
