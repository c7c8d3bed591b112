package io.sandboximage.testkit.image;

import io.sandboximage.testkit.image.TarItem.SparseForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The layers of a {@link FeatureImage}, bottom first. Every layer but the first names the root again, since tools touch it. */
final class FeatureLayers {
    private static final int MANY = 12_000;
    private static final long ABOVE_4_GIB = (4L << 30) + 65_536;
    private static final int ACL_USER_OBJ = 0x01;
    private static final int ACL_USER = 0x02;
    private static final int ACL_GROUP_OBJ = 0x04;
    private static final int ACL_MASK = 0x10;
    private static final int ACL_OTHER = 0x20;

    private FeatureLayers() {}

    /** Every kind of entry and attribute. */
    static byte[] base() {
        RawTar tar = new RawTar();
        tar.add(root(), directory("usr"), directory("usr/bin"), directory("usr/lib"));
        tar.add(TarItem.symlink("bin", "usr/bin"), TarItem.symlink("lib", "/usr/lib"), directory("etc"));
        tar.add(
                TarItem.file("usr/bin/tool", random(100_001, 1)).mode(04755),
                TarItem.file("usr/bin/group", "g").mode(02711).owner(7, 8),
                TarItem.file("etc/hostname", "sandbox\n").mtime(1_700_000_000, 123_456_789),
                TarItem.file("etc/empty", "").mtime(1_700_000_001, 999_999_999),
                TarItem.file("etc/ancient", "old").mtime(-2, 500_000_000),
                TarItem.file("etc/future", "new").mtime(4_102_444_800L, 1),
                directory("tmp").mode(01777),
                directory("root").mode(0700));
        tar.add(
                TarItem.symlink("etc/fast", "hostname").owner(5, 6).mtime(1_500_000_000, 7),
                TarItem.symlink("etc/just-fast", "t".repeat(59)),
                TarItem.symlink("etc/just-slow", "t".repeat(60)),
                TarItem.symlink("etc/slow", "../" + "dir/".repeat(60) + "end"),
                TarItem.symlink("etc/gnu-slow", "g/".repeat(200)).gnuNames(),
                TarItem.symlink("etc/broken", "nowhere"));
        String deep = "names/" + "a-directory-with-a-long-name/".repeat(8) + "file";
        tar.add(directory("names"));
        for (int end = deep.indexOf('/', 6); end > 0; end = deep.indexOf('/', end + 1)) {
            tar.add(directory(deep.substring(0, end)));
        }
        tar.add(
                TarItem.file(deep, "pax path"),
                TarItem.file(deep + "-gnu", "gnu path").gnuNames(),
                TarItem.file("names/" + "n".repeat(255), "longest name"),
                TarItem.file("names/ü-utf8-\u65e5\u672c", "utf-8"),
                TarItem.file("names/x", "latin-1").path(latin1("names/caf\u00e9")),
                TarItem.file("names/x", "not utf-8").path(latin1("names/\u00ff\u00fe\u0080")),
                TarItem.file("names/ spaces and\nnewline", "odd"));
        tar.add(
                directory("dev"),
                TarItem.characterDevice("dev/null", 1, 3).mode(0666),
                TarItem.characterDevice("dev/tty300", 4, 300),
                TarItem.blockDevice("dev/sda", 8, 0),
                TarItem.blockDevice("dev/wide", 259, 70_000),
                TarItem.fifo("dev/initctl").owner(3, 4));
        tar.add(
                directory("owners"),
                TarItem.file("owners/16bit", "").owner(65535, 65534),
                TarItem.file("owners/17bit", "").owner(65536, 100_000),
                TarItem.file("owners/32bit", "").owner(4_000_000_000L, 3_999_999_999L));
        tar.add(
                directory("links"),
                TarItem.file("links/one", "linked"),
                TarItem.hardLink("links/two", "links/one"),
                TarItem.hardLink("usr/bin/three", "/links/one"),
                TarItem.hardLink("links/through", "bin/tool"),
                TarItem.symlink("links/symlink", "one"),
                TarItem.hardLink("links/symlink-too", "links/symlink"));
        addXattrs(tar);
        return tar.build();
    }

    private static void addXattrs(RawTar tar) {
        tar.add(
                directory("xattrs").xattr("user.directory", text("d")),
                TarItem.file("xattrs/capable", "c").mode(0755).xattr("security.capability", capability()),
                TarItem.file("xattrs/user", "u").xattr("user.binary", new byte[] {0, 1, (byte) 0xFF, '\n', '=', 0}),
                TarItem.file("xattrs/trusted", "t").xattr("trusted.secret", text("s")),
                TarItem.symlink("xattrs/link", "user").xattr("trusted.onlink", text("l")),
                TarItem.file("xattrs/acl", "a").mode(0674).xattr("system.posix_acl_access", acl(6, 7, 4)),
                directory("xattrs/default").mode(0755).xattr("system.posix_acl_default", acl(7, 5, 0)),
                TarItem.file("xattrs/large", "l").xattr("user.large", random(3000, 2)),
                TarItem.file("xattrs/many", "m")
                        .mode(0755)
                        .xattr("user.b", text("2"))
                        .xattr("user.a", text("1"))
                        .xattr("trusted.z", text("3"))
                        .xattr("security.capability", capability()));
    }

    /** Thousands of names in one directory, and sparse files in the PAX forms, one of them above 4 GiB. */
    static byte[] large() {
        RawTar tar = new RawTar();
        tar.add(root(), directory("many"));
        for (int i = 0; i < MANY; i++) {
            String name = "many/entry-" + i;
            tar.add(i % 100 == 0 ? TarItem.file(name, "content " + i) : TarItem.file(name, ""));
        }
        byte[] data = sparseData();
        tar.add(
                directory("sparse"),
                TarItem.sparse("sparse/pax-0.0", SparseForm.PAX_0_0, 900_000, data, fiveRanges(100_001)),
                TarItem.sparse("sparse/pax-0.1", SparseForm.PAX_0_1, 900_000, data, fiveRanges(111_111)),
                TarItem.sparse("sparse/pax-1.0", SparseForm.PAX_1_0, 900_000, data, fiveRanges(123_456)),
                TarItem.sparse("sparse/hole", SparseForm.PAX_1_0, 1 << 20, new byte[0], new long[] {1 << 20, 0}),
                TarItem.sparse("sparse/above-4-gib", SparseForm.PAX_1_0, ABOVE_4_GIB, data, new long[][] {
                    {0, 4096}, {ABOVE_4_GIB - 4 * 4096, 4 * 4096}
                }));
        return tar.build();
    }

    /** What the next layer changes. */
    static byte[] toBeChanged() {
        RawTar tar = new RawTar();
        tar.add(root(), directory("gone"), TarItem.file("gone/file", "1"), directory("gone/deep"));
        tar.add(TarItem.file("gone/deep/file", "2"), directory("opaque"), TarItem.file("opaque/old", "3"));
        tar.add(directory("opaque/sub"), TarItem.file("opaque/sub/old", "4"), directory("opaque-late"));
        tar.add(TarItem.file("opaque-late/old", "5"), TarItem.file("becomes-directory", "6"));
        tar.add(directory("becomes-file"), TarItem.file("becomes-file/below", "7"), directory("becomes-symlink"));
        tar.add(TarItem.file("becomes-symlink/below", "8"), TarItem.symlink("becomes-real", "usr/lib"));
        tar.add(directory("kept").xattr("user.old", text("o")), TarItem.file("kept/child", "9"));
        tar.add(TarItem.file("usr/lib/removed", "10"), TarItem.file("usr/lib/stays", "11"));
        tar.add(TarItem.file("links/lower", "12"), TarItem.hardLink("links/lower-too", "links/lower"));
        tar.add(TarItem.file("replaced", random(70_000, 4)), TarItem.file("same-layer", "13"));
        return tar.build();
    }

    /** Whiteouts, opaque directories, replacements, links across layers, parents that come late or never. */
    static byte[] changes() {
        RawTar tar = new RawTar();
        tar.add(root(), TarItem.whiteout("", "gone"));
        tar.add(directory("opaque"), TarItem.opaque("opaque"), TarItem.file("opaque/new", "a"));
        tar.add(directory("opaque-late"), TarItem.file("opaque-late/new", "b"), TarItem.opaque("opaque-late"));
        tar.add(directory("becomes-directory"), TarItem.file("becomes-directory/child", "c"));
        tar.add(TarItem.file("becomes-file", "d"), TarItem.symlink("becomes-symlink", "usr"));
        tar.add(directory("becomes-real"), TarItem.file("becomes-real/child", "e"));
        tar.add(directory("kept")
                .mode(0711)
                .owner(11, 12)
                .mtime(1_650_000_000, 5)
                .xattr("user.new", text("n")));
        // Through the symbolic link of the first layer.
        tar.add(TarItem.whiteout("lib", "removed"), TarItem.file("lib/added", "f"), TarItem.file("bin/added", "g"));
        tar.add(TarItem.hardLink("links/across", "links/lower"), TarItem.hardLink("links/tool", "bin/tool"));
        tar.add(TarItem.file("links/one", "other inode now"), TarItem.file("replaced", "h"));
        tar.add(TarItem.whiteout("", "same-layer"), TarItem.file("same-layer", "i"));
        tar.add(TarItem.file("twice", "first"), TarItem.file("twice", "second"));
        tar.add(
                TarItem.file("late/child", "j"),
                directory("late").mode(0750).owner(1, 2).mtime(1_660_000_000, 9));
        tar.add(TarItem.file("missing/parents/file", "k"), TarItem.file("./dotted//path/../slashes", "l"));
        tar.add(directory("dotted"), root().mode(0751).mtime(1_690_000_000, 42));
        return tar.build();
    }

    /** Features that no other unpacker at hand knows. */
    static byte[] extras() {
        RawTar tar = new RawTar();
        tar.add(root(), directory("extras"));
        tar.add(TarItem.file("extras/libarchive", "x")
                .pax("LIBARCHIVE.xattr.user.percent%25", text("AAH/"))
                .pax("LIBARCHIVE.creationtime", text("1600000000.5")));
        tar.add(TarItem.file("extras/empty-xattr", "y").xattr("user.empty", new byte[0]));
        // Five ranges, one more than the header holds; the same file as sparse/pax-1.0.
        tar.add(TarItem.sparse("extras/old-gnu", SparseForm.OLD_GNU, 900_000, sparseData(), fiveRanges(123_456)));
        tar.add(TarItem.file("extras/socket", "").mode(0140755));
        return tar.build();
    }

    private static TarItem root() {
        return TarItem.directory(".").mtime(1_600_000_000, 11);
    }

    private static TarItem directory(String path) {
        return TarItem.directory(path).mtime(1_610_000_000, 100 + path.length());
    }

    private static byte[] sparseData() {
        return random(5 * 4096, 3);
    }

    private static long[][] fiveRanges(long step) {
        List<long[]> ranges = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ranges.add(new long[] {i * step, 4096});
        }
        return ranges.toArray(new long[0][]);
    }

    /** Version 2 with {@code cap_net_bind_service} effective and permitted (linux/capability.h). */
    private static byte[] capability() {
        return ByteBuffer.allocate(20)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x02000001)
                .putInt(1 << 10)
                .putInt(0)
                .putInt(0)
                .putInt(0)
                .array();
    }

    /** An ACL with one named user (linux/posix_acl_xattr.h, version 2). */
    private static byte[] acl(int owner, int mask, int other) {
        ByteBuffer acl =
                ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        entry(acl, ACL_USER_OBJ, owner, -1);
        entry(acl, ACL_USER, 7, 1000);
        entry(acl, ACL_GROUP_OBJ, 5, -1);
        entry(acl, ACL_MASK, mask, -1);
        entry(acl, ACL_OTHER, other, -1);
        return acl.array();
    }

    private static void entry(ByteBuffer acl, int tag, int permissions, int id) {
        acl.putShort((short) tag).putShort((short) permissions).putInt(id);
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
