package io.sandboximage.generated;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Changes tar archives where it hurts: header fields, sizes, PAX records, sparse maps, whole blocks, the end. */
final class TarChanges {
    private static final int BLOCK = 512;

    /** Offset and length of the header's fields (POSIX.1-2017 pax, "ustar Interchange Format"). */
    private static final int[][] FIELDS = {
        {0, 100},
        {100, 8},
        {108, 8},
        {116, 8},
        {124, 12},
        {136, 12},
        {156, 1},
        {157, 100},
        {257, 8},
        {329, 8},
        {337, 8},
        {345, 155},
        {386, 24},
        {482, 1},
        {483, 12},
        {508, 4}
    };

    private static final String[] NUMBERS = {
        "0",
        "1",
        "7",
        "00000000777",
        "77777777777",
        "-1",
        "-77777777777",
        "12345678",
        "9",
        "",
        " ",
        "99999999999999999999",
        "9223372036854775807",
        "18446744073709551616"
    };

    private static final String[] PATHS = {
        "",
        "/",
        ".",
        "..",
        "../../etc/passwd",
        "a/../..",
        ".wh.",
        ".wh..wh..opq",
        ".wh..",
        ".wh...",
        "a//b",
        "a/./b",
        "\0a",
        "./"
    };

    private TarChanges() {}

    static byte[] change(byte[] archive, Random random) {
        byte[] changed = archive.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            changed = once(changed, random);
        }
        return changed;
    }

    private static byte[] once(byte[] tar, Random random) {
        int blocks = Math.max(1, tar.length / BLOCK);
        int header = header(tar, random.nextInt(blocks));
        switch (random.nextInt(10)) {
            case 0 -> flip(tar, random.nextInt(tar.length), random);
            case 1 -> {
                return Arrays.copyOf(tar, random.nextInt(tar.length));
            }
            case 2 -> {
                int from = random.nextInt(blocks) * BLOCK;
                int to = Math.min(tar.length, from + BLOCK * (1 + random.nextInt(4)));
                byte[] without = Arrays.copyOf(tar, tar.length - (to - from));
                System.arraycopy(tar, to, without, from, tar.length - to);
                return without;
            }
            case 3 -> {
                int target = random.nextInt(blocks) * BLOCK;
                System.arraycopy(tar, header, tar, target, Math.min(BLOCK, tar.length - target));
            }
            case 4, 5 -> {
                int[] field = FIELDS[random.nextInt(FIELDS.length)];
                put(tar, header + field[0], field[1], NUMBERS[random.nextInt(NUMBERS.length)]);
                seal(tar, header);
            }
            case 6 -> {
                put(tar, header + random.nextInt(2) * 157, 100, PATHS[random.nextInt(PATHS.length)]);
                seal(tar, header);
            }
            case 7 -> {
                tar[header + 156] = (byte) "01234567xgLKSVDMN\0\1".charAt(random.nextInt(19));
                seal(tar, header);
            }
            case 8 -> digit(tar, random);
            default -> {
                int[] field = FIELDS[random.nextInt(FIELDS.length)];
                flip(tar, header + field[0] + random.nextInt(field[1]), random);
                seal(tar, header);
            }
        }
        return tar;
    }

    /** The nearest block from here on that looks like a header, or this one. */
    private static int header(byte[] tar, int block) {
        for (int at = block * BLOCK; at + BLOCK <= tar.length; at += BLOCK) {
            if (tar[at + 257] == 'u' && tar[at + 258] == 's') {
                return at;
            }
        }
        return Math.min(block * BLOCK, Math.max(0, tar.length - BLOCK));
    }

    /** Replaces a digit by another, mostly in the text of PAX records and maps. */
    private static void digit(byte[] tar, Random random) {
        int start = random.nextInt(tar.length);
        for (int i = start; i < tar.length; i++) {
            if (tar[i] >= '0' && tar[i] <= '9') {
                tar[i] = (byte) "0123456789 =\n-".charAt(random.nextInt(14));
                return;
            }
        }
    }

    private static void flip(byte[] bytes, int at, Random random) {
        if (at < bytes.length) {
            bytes[at] ^= (byte) (1 + random.nextInt(255));
        }
    }

    private static void put(byte[] tar, int at, int length, String text) {
        byte[] value = Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), length);
        if (at + length <= tar.length) {
            System.arraycopy(value, 0, tar, at, length);
        }
    }

    private static void seal(byte[] tar, int header) {
        if (header + BLOCK > tar.length) {
            return;
        }
        int sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) {
            sum += i >= 148 && i < 156 ? 0 : tar[header + i] & 0xFF;
        }
        put(tar, header + 148, 8, Integer.toOctalString(sum));
    }
}
