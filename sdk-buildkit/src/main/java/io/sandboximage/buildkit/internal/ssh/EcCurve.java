package io.sandboximage.buildkit.internal.ssh;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;

/** The curves that ssh knows (RFC 5656, section 10.1). */
enum EcCurve {
    P256("nistp256", "secp256r1", "SHA256withECDSAinP1363Format", 256),
    P384("nistp384", "secp384r1", "SHA384withECDSAinP1363Format", 384),
    P521("nistp521", "secp521r1", "SHA512withECDSAinP1363Format", 521);

    private static final int UNCOMPRESSED = 4;
    private static final BigInteger THREE = BigInteger.valueOf(3);

    private final String sshName;
    private final String javaName;
    private final String signature;
    private final int bits;

    EcCurve(String sshName, String javaName, String signature, int bits) {
        this.sshName = sshName;
        this.javaName = javaName;
        this.signature = signature;
        this.bits = bits;
    }

    static EcCurve ofKeyType(String type) throws InvalidKeyException {
        return Arrays.stream(values())
                .filter(curve -> curve.keyType().equals(type))
                .findFirst()
                .orElseThrow(() -> new InvalidKeyException("keys of type " + type + " are not supported"));
    }

    static EcCurve of(ECParameterSpec parameters) throws InvalidKeyException {
        int bits = parameters.getCurve().getField().getFieldSize();
        for (EcCurve curve : values()) {
            if (curve.bits == bits && curve.parameters().getGenerator().equals(parameters.getGenerator())) {
                return curve;
            }
        }
        throw new InvalidKeyException("the key is on a curve that ssh does not know");
    }

    String keyType() {
        return SshKey.ECDSA + sshName;
    }

    String sshName() {
        return sshName;
    }

    String signature() {
        return signature;
    }

    ECParameterSpec parameters() throws InvalidKeyException {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(javaName));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException("this JVM does not know the curve " + sshName, e);
        }
    }

    /**
     * The public point of a private key, uncompressed. The JDK tells it only together with a new key, and PEM need not hold it.
     * Takes a time that depends on the key, which tells nobody anything: it happens once, when the file is read.
     */
    byte[] publicPoint(BigInteger secret) throws InvalidKeyException {
        ECParameterSpec parameters = parameters();
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger a = parameters.getCurve().getA();
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = secret.bitLength() - 1; bit >= 0; bit--) {
            sum = add(sum, sum, a, p);
            if (secret.testBit(bit)) {
                sum = add(sum, parameters.getGenerator(), a, p);
            }
        }
        int length = (bits + 7) / 8;
        byte[] point = new byte[1 + 2 * length];
        point[0] = UNCOMPRESSED;
        put(sum.getAffineX(), point, 1, length);
        put(sum.getAffineY(), point, 1 + length, length);
        return point;
    }

    private static ECPoint add(ECPoint left, ECPoint right, BigInteger a, BigInteger p) {
        if (left.equals(ECPoint.POINT_INFINITY)) {
            return right;
        }
        BigInteger slope = left.equals(right)
                ? left.getAffineX()
                        .pow(2)
                        .multiply(THREE)
                        .add(a)
                        .multiply(left.getAffineY().shiftLeft(1).modInverse(p))
                : right.getAffineY()
                        .subtract(left.getAffineY())
                        .multiply(right.getAffineX().subtract(left.getAffineX()).modInverse(p));
        BigInteger x = slope.pow(2)
                .subtract(left.getAffineX())
                .subtract(right.getAffineX())
                .mod(p);
        BigInteger y = slope.multiply(left.getAffineX().subtract(x))
                .subtract(left.getAffineY())
                .mod(p);
        return new ECPoint(x, y);
    }

    private static void put(BigInteger value, byte[] target, int offset, int length) {
        byte[] bytes = value.toByteArray();
        int from = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, from, target, offset + length - (bytes.length - from), bytes.length - from);
    }
}
