package io.sandboximage.daytona.internal;

import io.sandboximage.daytona.account.RateLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** The rate limits as answers told them: {@code X-RateLimit-{Limit,Remaining,Reset}-<bucket>}. */
final class RateLimits {
    private static final String PREFIX = "x-ratelimit-";
    private static final String LIMIT = PREFIX + "limit-";
    private static final String REMAINING = PREFIX + "remaining-";
    private static final String RESET = PREFIX + "reset-";

    private final Clock clock;
    private final Map<String, RateLimit> buckets = new ConcurrentHashMap<>();

    RateLimits(Clock clock) {
        this.clock = clock;
    }

    void read(Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (name.regionMatches(true, 0, LIMIT, 0, LIMIT.length())) {
                String bucket = name.substring(LIMIT.length());
                Optional<Long> limit = number(headers.value(i));
                Optional<Long> remaining = number(headers.get(REMAINING + bucket));
                if (limit.isPresent() && remaining.isPresent()) {
                    Duration reset = Duration.ofSeconds(
                            number(headers.get(RESET + bucket)).orElse(0L));
                    buckets.put(bucket, new RateLimit(bucket, limit.get(), remaining.get(), reset, clock.instant()));
                }
            }
        }
    }

    Map<String, RateLimit> seen() {
        return new TreeMap<>(buckets);
    }

    private static Optional<Long> number(@Nullable String text) {
        return Optional.ofNullable(text)
                .map(String::strip)
                .filter(t -> t.matches("[0-9]{1,15}"))
                .map(Long::valueOf);
    }
}
