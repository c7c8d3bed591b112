package io.sandboximage.buildkit.internal.session;

import io.sandboximage.buildkit.internal.ssh.Ed25519;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.registry.internal.auth.TokenService;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs to get registry tokens in the daemon's place. The daemon keeps tokens under a public key of ours and asks
 * for a signature before it uses one for another build: so tokens are shared among the builds of one client with the same
 * credentials, and with nobody else. Thread-safe.
 */
public final class RegistryTokens implements AutoCloseable {
    private static final String HMAC = "HmacSHA256";

    private final byte[] seed = new byte[Ed25519.SEED_BYTES];
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable HttpTransport http;

    public RegistryTokens() {
        new SecureRandom().nextBytes(seed);
    }

    /**
     * The key of a registry's tokens. Tokens that anybody may have are kept under a key that all clients have in common.
     *
     * @param salt the daemon's, so that keys of two daemons tell nothing of each other
     */
    KeyPair key(String host, byte[] salt, Credentials credentials) throws GeneralSecurityException {
        // An empty salt is no key for the JDK; a zero byte is the same to HMAC.
        Mac mac = mac(salt.length == 0 ? new byte[1] : salt);
        if (!(credentials instanceof Credentials.Anonymous)) {
            mac.update(mac(seed).doFinal((host + '\0' + identity(credentials)).getBytes(StandardCharsets.UTF_8)));
        }
        return Ed25519.ofSeed(Arrays.copyOf(mac.doFinal(), Ed25519.SEED_BYTES));
    }

    TokenService service() {
        lock.lock();
        try {
            HttpTransport transport = http;
            if (transport == null) {
                transport = new HttpTransport(HttpSettings.defaults());
                http = transport;
            }
            return new TokenService(transport, Clock.systemUTC());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (http != null) {
                http.close();
                http = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private static Mac mac(byte[] key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key, HMAC));
        return mac;
    }

    private static String identity(Credentials credentials) {
        if (credentials instanceof Credentials.Basic basic) {
            return basic.username() + '\0' + basic.password();
        }
        if (credentials instanceof Credentials.IdentityToken identity) {
            return identity.username() + '\0' + identity.token();
        }
        return credentials instanceof Credentials.Bearer bearer ? bearer.token() : "";
    }
}
