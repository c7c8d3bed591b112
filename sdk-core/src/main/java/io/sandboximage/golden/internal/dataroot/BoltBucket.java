package io.sandboximage.golden.internal.dataroot;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A bucket of a bbolt database, read into memory: keys with values, and buckets in it. Keys are bytes, as characters of ISO 8859-1,
 * so that they sort as in the file. To be changed as one likes; {@link BoltWriter} writes it.
 */
final class BoltBucket {
    private final long sequence;
    private final SortedMap<String, byte[]> values = new TreeMap<>();
    private final SortedMap<String, BoltBucket> buckets = new TreeMap<>();

    /** @param sequence the last number that the bucket has given out; its user counts on no number coming twice */
    BoltBucket(long sequence) {
        this.sequence = sequence;
    }

    long sequence() {
        return sequence;
    }

    Optional<byte[]> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    Optional<BoltBucket> bucket(String key) {
        return Optional.ofNullable(buckets.get(key));
    }

    SortedMap<String, byte[]> values() {
        return values;
    }

    SortedMap<String, BoltBucket> buckets() {
        return buckets;
    }
}
