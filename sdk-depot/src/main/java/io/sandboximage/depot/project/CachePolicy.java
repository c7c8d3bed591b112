package io.sandboximage.depot.project;

import io.sandboximage.error.InvalidRequestException;

/**
 * How much of the layer cache stays.
 *
 * @param keepGb size in GiB at most; 0 for Depot's default
 * @param keepDays age at most; 0 for no limit
 */
public record CachePolicy(int keepGb, int keepDays) {
    /** What Depot's command line gives to new projects. */
    public static final CachePolicy DEFAULT = new CachePolicy(50, 14);

    /** @throws InvalidRequestException if a number is negative */
    public CachePolicy {
        if (keepGb < 0 || keepDays < 0) {
            throw new InvalidRequestException("A cache of " + keepGb + " GiB kept for " + keepDays
                    + " days cannot be: neither number may be negative");
        }
    }
}
