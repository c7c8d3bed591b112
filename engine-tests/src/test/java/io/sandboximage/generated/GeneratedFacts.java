package io.sandboximage.generated;

import io.sandboximage.generated.LayerEntry.Attributes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Random names, attributes and contents, with a liking for limits. */
final class GeneratedFacts {
    private static final int[] LIMITS = {
        0, 1, 59, 60, 61, 511, 512, 513, 4095, 4096, 4097, 8191, 8192, 12_288, 16_384, 16_385, 65_536
    };

    /** 2310-04-04: what is later e2fsck takes for a mistake of old kernels. */
    private static final long MAX_SECONDS = 5L << 31;

    /** Go counts nanoseconds in 63 bits. */
    private static final long MAX_SECONDS_IN_NANOS = 9_000_000_000L;

    private static final String[] TEXTS = {
        "etc",
        "usr",
        "bin",
        "lib",
        "naïve",
        "日本",
        "ключ",
        "🙂",
        " ",
        "new\nline",
        "tab\t",
        "-rf",
        "...",
        "..a",
        ".wh",
        "a'b",
        "\\",
        "*",
        "%s",
        "$HOME",
        "CON",
        "x y",
        "\"",
        "lost+found"
    };

    private final Random random;
    private final boolean portable;

    GeneratedFacts(Random random, boolean portable) {
        this.random = random;
        this.portable = portable;
    }

    /** One character for each byte. */
    String name() {
        int kind = random.nextInt(20);
        if (kind < 6) {
            return latin1(TEXTS[random.nextInt(TEXTS.length - (portable ? 1 : 0))]);
        }
        int length = kind == 6 ? 200 + random.nextInt(56) : 1 + random.nextInt(12);
        boolean raw = kind == 7;
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            char c = (char) (raw ? 1 + random.nextInt(255) : 'a' + random.nextInt(26));
            name.append(c == '/' || c == '.' ? '_' : c);
        }
        return name.toString();
    }

    String linkTarget(List<String> directories) {
        String directory = directories.get(random.nextInt(directories.size()));
        return switch (random.nextInt(8)) {
            case 0 -> "t".repeat(LIMITS[2 + random.nextInt(3)]);
            case 1 -> latin1("ré/") + "l".repeat(1 + random.nextInt(random.nextInt(6) == 0 ? 4000 : 150));
            case 2 -> name();
            case 3 -> "..";
            case 4 -> directory.isEmpty() ? "." : ".." + directory;
            default -> directory.isEmpty() ? "/" : directory;
        };
    }

    long[] device() {
        boolean wide = random.nextBoolean();
        return new long[] {1 + random.nextInt(wide ? 4095 : 255), random.nextInt(wide ? 1 << 20 : 256)};
    }

    Attributes attributes(char kind) {
        SortedMap<String, byte[]> xattrs = random.nextInt(5) == 0 ? xattrs(kind) : new TreeMap<>();
        int mode = random.nextInt(3) == 0 ? random.nextInt(010000) : 0644 + random.nextInt(2) * 0111;
        byte[] acl = xattrs.get("system.posix_acl_access");
        if (acl != null) {
            // The kernel keeps mode and list in step: owner, mask and others are the mode's nine bits.
            mode = mode & 07000 | acl[6] << 6 | acl[acl.length - 14] << 3 | acl[acl.length - 6];
        }
        if (portable && kind == 'd') {
            mode &= 05777; // umoci lets directories that nobody described inherit the group.
        }
        long seconds = random.nextInt(12) == 0
                ? -random.nextInt(Integer.MAX_VALUE) - 1L
                : random.nextLong(portable ? MAX_SECONDS_IN_NANOS : MAX_SECONDS);
        return new Attributes(
                mode,
                id(),
                id(),
                seconds,
                random.nextBoolean() ? 0 : random.nextInt(1_000_000_000),
                Collections.unmodifiableSortedMap(xattrs));
    }

    private long id() {
        return switch (random.nextInt(6)) {
            case 0 -> 65_534 + random.nextInt(4);
            case 1 -> random.nextLong(0xFFFFFFFEL);
            default -> random.nextInt(2000);
        };
    }

    private SortedMap<String, byte[]> xattrs(char kind) {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        boolean file = kind == 'f';
        boolean own = file || kind == 'd';
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(own ? 5 : 1)) {
                case 0 -> xattrs.put("trusted." + attributeName(), value(kind));
                case 1 -> xattrs.put("security.capability", capability());
                case 2 -> xattrs.put("system.posix_acl_access", acl());
                case 3 ->
                    // umoci lets directories that nobody described inherit these.
                    xattrs.put(kind == 'd' && !portable ? "system.posix_acl_default" : "user.default", acl());
                default -> xattrs.put("user." + attributeName(), value(kind));
            }
        }
        return xattrs;
    }

    private String attributeName() {
        String name = "n".repeat(1 + random.nextInt(random.nextInt(5) == 0 ? 200 : 10));
        return random.nextInt(4) == 0 ? name + ".é" : name;
    }

    private byte[] value(char kind) {
        int most = portable ? 200 : kind == 'f' || kind == 'd' ? (random.nextInt(6) == 0 ? 20_000 : 900) : 500;
        byte[] value = new byte[(portable ? 1 : 0) + random.nextInt(most)];
        random.nextBytes(value);
        return value;
    }

    /** The kernel's form, revision 2. */
    private byte[] capability() {
        ByteBuffer value = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        value.putInt(0x02000001).putInt(1 << random.nextInt(14)).putInt(0).putInt(0);
        return value.array();
    }

    /** Version 2: owner, a named user, group, mask, others. */
    private byte[] acl() {
        ByteBuffer value = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN);
        value.putInt(2);
        int[] tags = {1, 2, 4, 0x10, 0x20};
        for (int tag : tags) {
            value.putShort((short) tag).putShort((short) random.nextInt(8));
            value.putInt(tag == 2 ? random.nextInt(70_000) : -1);
        }
        return value.array();
    }

    FileBytes bytes() {
        int kind = random.nextInt(12);
        if (kind > 1) {
            int size = kind < 7
                    ? LIMITS[random.nextInt(LIMITS.length)]
                    : random.nextInt(kind == 11 && random.nextInt(4) == 0 ? 300_000 : 6000);
            byte[] data = new byte[size];
            if (random.nextInt(4) > 0) {
                random.nextBytes(data);
            }
            return FileBytes.whole(data);
        }
        return sparse();
    }

    private FileBytes sparse() {
        List<long[]> ranges = new ArrayList<>();
        int count = random.nextInt(random.nextInt(12) == 0 ? 800 : random.nextInt(3) == 0 ? 40 : 6);
        if (portable && count == 0) {
            count = 1; // Go takes a file without any data for one that is not sparse.
        }
        long at = 0;
        int sum = 0;
        for (int i = 0; i < count; i++) {
            at += random.nextInt(random.nextInt(3) == 0 ? 100 : 12_000);
            int length = 1 + random.nextInt(random.nextInt(8) == 0 ? 9000 : 60);
            ranges.add(new long[] {at, length});
            at += length;
            sum += length;
        }
        long hole = random.nextInt(3) == 0 ? 0 : random.nextInt(500_000);
        if (!portable && random.nextInt(5) == 0) {
            hole = random.nextLong(1L << 33);
        }
        byte[] data = new byte[sum];
        random.nextBytes(data);
        return new FileBytes(at + hole, ranges, data, true);
    }

    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
