package io.sandboximage.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskLimitsTest {
    private static final long GIB = 1L << 30;

    @Test
    void largeDiskHasTheLimitsThatAreDocumented() {
        assertThat(DiskLimits.ofDisk(500 * GIB)).isEqualTo(new DiskLimits(10 * GIB, 300 * GIB, 100 * GIB, 10 * GIB));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1 << 20, GIB, 40 * GIB, 1L << 50, Long.MAX_VALUE})
    void everyDiskHasLimitsThatFitIt(long size) {
        DiskLimits limits = DiskLimits.ofDisk(size);
        assertThat(limits.reserved()).isLessThanOrEqualTo(limits.maxUsed());
        assertThat(limits.maxUsed() - 1).isLessThanOrEqualTo(size - limits.minFree());
        assertThat(limits.contexts()).isBetween(0L, limits.maxUsed());
    }

    @Test
    void contradictionsAreRefused() {
        assertThatThrownBy(() -> new DiskLimits(2, 1, 0, 0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> new DiskLimits(-1, 1, 0, 0)).isInstanceOf(InvalidRequestException.class);
    }
}
