package io.sandboximage.buildkit.internal.ssh;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;

/** Keys of the JDK in ssh's terms: with their public halves, which files in PEM may lack. */
final class PemKeys {
    private PemKeys() {}

    static SshKey sshKey(PrivateKey key, String comment) throws GeneralSecurityException {
        if (key instanceof RSAPrivateCrtKey rsa) {
            byte[] blob = new SshWire.Writer()
                    .text(SshKey.RSA)
                    .integer(rsa.getPublicExponent())
                    .integer(rsa.getModulus())
                    .bytes();
            return new SshKey(SshKey.RSA, blob, key, comment);
        }
        if (key instanceof ECPrivateKey ec) {
            EcCurve curve = EcCurve.of(ec.getParams());
            byte[] blob = new SshWire.Writer()
                    .text(curve.keyType())
                    .text(curve.sshName())
                    .string(curve.publicPoint(ec.getS()))
                    .bytes();
            return new SshKey(curve.keyType(), blob, key, comment);
        }
        if (key instanceof EdECPrivateKey ed
                && ed.getBytes().orElse(new byte[0]).length == Ed25519.SEED_BYTES
                && Ed25519.ofSeed(ed.getBytes().get()).getPublic() instanceof EdECPublicKey publicKey) {
            byte[] blob = new SshWire.Writer()
                    .text(SshKey.ED25519)
                    .string(Ed25519.encode(publicKey))
                    .bytes();
            return new SshKey(SshKey.ED25519, blob, key, comment);
        }
        throw new InvalidKeyException("ssh knows no keys of the type " + key.getAlgorithm());
    }
}
