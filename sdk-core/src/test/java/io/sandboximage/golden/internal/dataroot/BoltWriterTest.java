package io.sandboximage.golden.internal.dataroot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoltWriterTest {
    private static final int PAGE = 4096;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 50, 3000})
    void whatIsWrittenIsReadAgain(int keys) {
        Random random = new Random(keys);
        BoltBucket root = new BoltBucket(7);
        fill(root, keys, random);
        for (int depth = 0; depth < 3; depth++) {
            BoltBucket inner = new BoltBucket(random.nextInt(1000));
            fill(inner, keys / 10, random);
            root.buckets().put("inner-" + depth, inner);
            BoltBucket innermost = new BoltBucket(0);
            fill(innermost, depth, random);
            inner.buckets().put("small", innermost);
        }

        byte[] file = BoltWriter.write(root, PAGE);

        assertThat(file.length % PAGE).isZero();
        BoltFile read = new BoltFile(file);
        assertThat(read.pageSize()).isEqualTo(PAGE);
        requireEqual(read.root(), root);
    }

    @Test
    void aTornMetaPageLeavesTheOther() {
        BoltBucket root = new BoltBucket(1);
        root.values().put("key", new byte[] {1, 2, 3});
        byte[] file = BoltWriter.write(root, PAGE);
        Arrays.fill(file, PAGE, 2 * PAGE, (byte) 0);
        requireEqual(new BoltFile(file).root(), root);
    }

    /** Most values are small, a few larger than a page; keys have all bytes. */
    private static void fill(BoltBucket bucket, int keys, Random random) {
        for (int i = 0; i < keys; i++) {
            StringBuilder key = new StringBuilder();
            for (int c = random.nextInt(40); c >= 0; c--) {
                key.append((char) random.nextInt(256));
            }
            byte[] value = new byte[random.nextInt(100) == 0 ? random.nextInt(3 * PAGE) : random.nextInt(100)];
            random.nextBytes(value);
            bucket.values().put(key + "-" + i, value);
        }
    }

    private static void requireEqual(BoltBucket one, BoltBucket other) {
        assertThat(one.sequence()).isEqualTo(other.sequence());
        assertThat(one.values()).containsOnlyKeys(other.values().keySet());
        for (Map.Entry<String, byte[]> value : one.values().entrySet()) {
            assertThat(value.getValue()).isEqualTo(other.values().get(value.getKey()));
        }
        assertThat(one.buckets()).containsOnlyKeys(other.buckets().keySet());
        one.buckets()
                .forEach((name, bucket) -> requireEqual(bucket, other.buckets().get(name)));
    }
}
