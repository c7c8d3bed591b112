package io.sandboximage.daytona.account;

import java.time.Duration;
import java.time.Instant;

/**
 * How much of one kind of request is left, as the server said it last.
 *
 * @param bucket the kind: {@code anonymous}, {@code failed-auth}, {@code authenticated}, {@code sandbox-create},
 *     {@code sandbox-lifecycle}, or another that the server names
 * @param limit requests that one window allows
 * @param remaining requests that are left in this window
 * @param reset time until the next window, from {@code at} on
 * @param at when the server said so
 */
public record RateLimit(String bucket, long limit, long remaining, Duration reset, Instant at) {}
