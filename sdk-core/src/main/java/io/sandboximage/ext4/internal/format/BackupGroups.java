package io.sandboximage.ext4.internal.format;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which groups hold a copy of the superblock and the descriptors (feature sparse_super): 0, 1 and powers of 3, 5 and 7. */
public final class BackupGroups {
    private BackupGroups() {}

    public static boolean contains(long group) {
        return group <= 1 || isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
    }

    /** In ascending order, without group 0. */
    public static List<Long> below(long groups) {
        List<Long> backups = new ArrayList<>();
        if (groups > 1) {
            backups.add(1L);
        }
        for (int base : new int[] {3, 5, 7}) {
            for (long group = base; group < groups; group *= base) {
                backups.add(group);
            }
        }
        Collections.sort(backups);
        return backups;
    }

    private static boolean isPower(long value, int base) {
        long power = base;
        while (power < value) {
            power *= base;
        }
        return power == value;
    }
}
