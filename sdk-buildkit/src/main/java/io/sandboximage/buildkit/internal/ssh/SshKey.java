package io.sandboximage.buildkit.internal.ssh;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;

/**
 * A private key with its name in the ssh protocol. {@code toString} shows nothing of the key.
 *
 * @param type for instance {@code ssh-ed25519}
 * @param publicBlob the public key as it travels, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // keys are used, never compared
public record SshKey(String type, byte[] publicBlob, PrivateKey privateKey, String comment) {
    static final String ED25519 = "ssh-ed25519";
    static final String RSA = "ssh-rsa";
    static final String ECDSA = "ecdsa-sha2-";

    /** Flags of a sign request (draft-ietf-sshm-ssh-agent, section 6.1): which hash an RSA signature takes. */
    private static final int RSA_SHA2_256 = 2;

    private static final int RSA_SHA2_512 = 4;

    /** The signature as it travels: the algorithm's name, then its bytes (RFC 8332, 8709 and 5656). */
    byte[] sign(byte[] data, int flags) throws GeneralSecurityException {
        if (type.equals(ED25519)) {
            return signature(type, raw("Ed25519", data));
        }
        if (type.equals(RSA)) {
            if ((flags & RSA_SHA2_512) != 0) {
                return signature("rsa-sha2-512", raw("SHA512withRSA", data));
            }
            return (flags & RSA_SHA2_256) != 0
                    ? signature("rsa-sha2-256", raw("SHA256withRSA", data))
                    : signature(type, raw("SHA1withRSA", data));
        }
        byte[] both = raw(EcCurve.ofKeyType(type).signature(), data);
        int half = both.length / 2;
        return signature(
                type,
                new SshWire.Writer()
                        .integer(new BigInteger(1, Arrays.copyOf(both, half)))
                        .integer(new BigInteger(1, Arrays.copyOfRange(both, half, both.length)))
                        .bytes());
    }

    private byte[] raw(String algorithm, byte[] data) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(privateKey);
        signature.update(data);
        return signature.sign();
    }

    private static byte[] signature(String algorithm, byte[] bytes) {
        return new SshWire.Writer().text(algorithm).string(bytes).bytes();
    }

    @Override
    public String toString() {
        return type + " " + comment;
    }
}
