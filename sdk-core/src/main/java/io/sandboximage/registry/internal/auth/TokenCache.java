package io.sandboximage.registry.internal.auth;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tokens of one registry by what they allow; at most one request for the same scopes is under way at a time. */
final class TokenCache {
    private final Map<Scopes, Slot> slots = new ConcurrentHashMap<>();
    private final Clock clock;

    private static final class Slot {
        final ReentrantLock fetching = new ReentrantLock();
        volatile @Nullable AccessToken token;
    }

    /** @param fetched whether it was asked for just now, so that a refusal is final */
    record Answer(AccessToken token, boolean fetched) {}

    TokenCache(Clock clock) {
        this.clock = clock;
    }

    /** A token that allows {@code scopes}, from here or by {@code fetch}. */
    Answer get(Scopes scopes, Supplier<AccessToken> fetch) {
        Optional<AccessToken> known = find(scopes);
        if (known.isPresent()) {
            return new Answer(known.get(), false);
        }
        Slot slot = slots.computeIfAbsent(scopes, s -> new Slot());
        slot.fetching.lock();
        try {
            AccessToken meanwhile = slot.token;
            if (meanwhile != null && meanwhile.isFresh(clock.instant())) {
                return new Answer(meanwhile, false);
            }
            AccessToken token = fetch.get();
            slot.token = token;
            return new Answer(token, true);
        } finally {
            slot.fetching.unlock();
        }
    }

    /** Drops a token that the registry refused, wherever it is kept. */
    void forget(String value) {
        slots.values().forEach(slot -> {
            AccessToken token = slot.token;
            if (token != null && token.value().equals(value)) {
                slot.token = null;
            }
        });
    }

    private Optional<AccessToken> find(Scopes scopes) {
        for (Map.Entry<Scopes, Slot> entry : slots.entrySet()) {
            AccessToken token = entry.getValue().token;
            if (token != null
                    && token.isFresh(clock.instant())
                    && entry.getKey().covers(scopes)) {
                return Optional.of(token);
            }
        }
        return Optional.empty();
    }
}
