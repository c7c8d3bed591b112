package io.sandboximage.registry.internal.auth;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The credentials for one registry: searched once, on first need, and once more when they are refused. */
final class CredentialSlot {
    private final String registry;
    private final CredentialProvider provider;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Credentials current;

    CredentialSlot(String registry, CredentialProvider provider) {
        this.registry = registry;
        this.provider = provider;
    }

    Credentials current() {
        lock.lock();
        try {
            Credentials known = current;
            if (known == null) {
                known = search();
                current = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Searches again, for helpers that hand out short-lived passwords; false if there is nothing newer than {@code refused}. */
    boolean renew(Credentials refused) {
        lock.lock();
        try {
            if (!refused.equals(current)) {
                return true;
            }
            Credentials found = search();
            current = found;
            return !found.equals(refused);
        } finally {
            lock.unlock();
        }
    }

    /** Takes over a refresh token that the token server gave in exchange for {@code used}. */
    void rotate(Credentials used, String refreshToken) {
        lock.lock();
        try {
            if (used.equals(current) && used instanceof Credentials.IdentityToken identity) {
                current = new Credentials.IdentityToken(identity.username(), refreshToken);
            }
        } finally {
            lock.unlock();
        }
    }

    private Credentials search() {
        return provider.find(registry).orElse(Credentials.anonymous());
    }
}
