package io.sandboximage.rootfs.internal.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileContent.Range;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
    @Test
    void readsTheBasicTypes() throws IOException {
        List<TarEntry> entries = read(new TestTar()
                .directory("d/")
                .file("d/f", "hello")
                .symlink("d/s", "../t")
                .hardLink("d/h", "d/f")
                .add("c", '3', e -> e.device(5, 1))
                .add("b", '4', e -> e.device(259, 70000))
                .add("p", '6', e -> e.mode(0600))
                .build());

        assertThat(entries)
                .extracting(TarEntry::type)
                .containsExactly(
                        TarEntryType.DIRECTORY,
                        TarEntryType.REGULAR,
                        TarEntryType.SYMLINK,
                        TarEntryType.HARD_LINK,
                        TarEntryType.CHARACTER_DEVICE,
                        TarEntryType.BLOCK_DEVICE,
                        TarEntryType.FIFO);
        assertThat(entries.get(1).sizeBytes()).isEqualTo(5);
        assertThat(entries.get(1).dataOffset()).isEqualTo(1024);
        assertThat(entries.get(2).linkTarget()).asString().isEqualTo("../t");
        assertThat(entries.get(5).deviceMajor()).isEqualTo(259);
        assertThat(entries.get(5).deviceMinor()).isEqualTo(70000);
        assertThat(entries.get(6).permissions()).isEqualTo(0600);
    }

    @Test
    void joinsTheUstarPrefix() throws IOException {
        assertThat(one(new TestTar().add("name", '0', e -> e.prefix("some/where")))
                        .displayPath())
                .isEqualTo("some/where/name");
    }

    @Test
    void ignoresThePrefixFieldOfGnuHeaders() throws IOException {
        assertThat(one(new TestTar().add("name", '0', e -> e.prefix("12345").gnu()))
                        .displayPath())
                .isEqualTo("name");
    }

    @Test
    void takesLongNamesFromGnuExtensions() throws IOException {
        String path = "long/".repeat(60) + "name";
        String target = "t".repeat(300);
        TarEntry entry = one(new TestTar()
                .raw('L', (path + "\0").getBytes(StandardCharsets.UTF_8))
                .raw('K', (target + "\0").getBytes(StandardCharsets.UTF_8))
                .symlink("cut", "cut"));

        assertThat(entry.path()).asString().isEqualTo(path);
        assertThat(entry.linkTarget()).asString().isEqualTo(target);
    }

    @Test
    void paxRecordsWinOverTheHeader() throws IOException {
        TarEntry entry = one(new TestTar()
                .pax("path", "paxed", "linkpath", "target", "uid", "4000000000", "gid", "70000", "mtime", "12.5")
                .symlink("cut", "cut"));

        assertThat(entry.displayPath()).isEqualTo("paxed");
        assertThat(entry.linkTarget()).asString().isEqualTo("target");
        assertThat(Integer.toUnsignedLong(entry.uid())).isEqualTo(4_000_000_000L);
        assertThat(entry.gid()).isEqualTo(70000);
        assertThat(entry.mtimeSeconds()).isEqualTo(12);
        assertThat(entry.mtimeNanos()).isEqualTo(500_000_000);
    }

    @Test
    void paxRecordsHoldForOneEntry() throws IOException {
        List<TarEntry> entries =
                read(new TestTar().pax("uid", "7").file("a", "").file("b", "").build());

        assertThat(entries).extracting(TarEntry::uid).containsExactly(7, 0);
    }

    @Test
    void globalPaxRecordsHoldUntilTheyAreTakenBack() throws IOException {
        byte[] uid = "uid".getBytes(StandardCharsets.UTF_8);
        List<TarEntry> entries = read(new TestTar()
                .pax('g', uid, "7".getBytes(StandardCharsets.UTF_8))
                .file("a", "")
                .pax("uid", "8")
                .file("b", "")
                .file("c", "")
                .pax('g', uid, new byte[0])
                .file("d", "")
                .build());

        assertThat(entries).extracting(TarEntry::uid).containsExactly(7, 8, 7, 0);
    }

    @Test
    void keepsBinaryXattrsAndNamesThatAreNotUtf8() throws IOException {
        byte[] capability = {1, 0, 0, 2, (byte) 0xFF, (byte) 0xC3, 0x28, 0, '\n', '='};
        byte[] path = {'n', (byte) 0xE9, (byte) 0xFF};
        TarEntry entry = one(new TestTar()
                .pax(
                        'x',
                        "SCHILY.xattr.security.capability".getBytes(StandardCharsets.UTF_8),
                        capability,
                        "path".getBytes(StandardCharsets.UTF_8),
                        path)
                .file("x", ""));

        assertThat(entry.path()).isEqualTo(path);
        assertThat(entry.xattrs()).containsOnlyKeys("security.capability");
        assertThat(entry.xattrs().get("security.capability")).isEqualTo(capability);
    }

    @Test
    void decodesLibarchiveXattrs() throws IOException {
        TarEntry entry =
                one(new TestTar().pax("LIBARCHIVE.xattr.user.a%3Db%25", "aGk").file("x", ""));

        assertThat(entry.xattrs()).containsOnlyKeys("user.a=b%");
        assertThat(entry.xattrs().get("user.a=b%")).asString().isEqualTo("hi");
    }

    @Test
    void keepsEmptyXattrs() throws IOException {
        assertThat(one(new TestTar().pax("SCHILY.xattr.user.empty", "").file("x", ""))
                        .xattrs())
                .containsOnlyKeys("user.empty");
    }

    @Test
    void readsNumbersInBase256() throws IOException {
        TarEntry entry = one(new TestTar()
                .add("x", '0', e -> e.base256(108, 8, 3_000_000_000L).base256(136, 12, -5)));

        assertThat(Integer.toUnsignedLong(entry.uid())).isEqualTo(3_000_000_000L);
        assertThat(entry.mtimeSeconds()).isEqualTo(-5);
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 1, 500000000",
        "1, 1, 0",
        "0.000000001, 0, 1",
        "1.1234567899, 1, 123456789",
        "-1.5, -2, 500000000",
        "-1, -1, 0",
        "-0.25, -1, 750000000"
    })
    void roundsPaxTimesDown(String text, long seconds, int nanos) {
        assertThat(PaxTime.parse(text, "x")).isEqualTo(new PaxTime(seconds, nanos));
    }

    @Test
    void readsOldGnuSparseFilesWithExtensionBlocks() throws IOException {
        byte[] extension = new byte[512];
        putPair(extension, 0, 40960, 512);
        TarEntry entry = one(new TestTar().add("s", 'S', e -> {
            e.gnu().octal(483, 12, 50000).field(482, new byte[] {1}, 1);
            for (int i = 0; i < 4; i++) {
                e.octal(386 + i * 24, 12, i * 8192L).octal(398 + i * 24, 12, 512);
            }
            e.extension(extension).data(new byte[5 * 512]);
        }));

        assertThat(entry.sizeBytes()).isEqualTo(50000);
        assertThat(entry.dataOffset()).isEqualTo(1024);
        assertThat(entry.sparse().orElseThrow())
                .containsExactly(
                        new Range(0, 512),
                        new Range(8192, 512),
                        new Range(16384, 512),
                        new Range(24576, 512),
                        new Range(40960, 512));
    }

    @Test
    void readsSparseFormat00() throws IOException {
        TarEntry entry = one(new TestTar()
                .pax(
                        "GNU.sparse.size",
                        "9000",
                        "GNU.sparse.numblocks",
                        "2",
                        "GNU.sparse.offset",
                        "0",
                        "GNU.sparse.numbytes",
                        "3",
                        "GNU.sparse.offset",
                        "8990",
                        "GNU.sparse.numbytes",
                        "2")
                .file("s", "abcde"));

        assertSparse(entry, 9000, new Range(0, 3), new Range(8990, 2));
    }

    @Test
    void readsSparseFormat01() throws IOException {
        TarEntry entry = one(new TestTar()
                .pax(
                        "GNU.sparse.size",
                        "9000",
                        "GNU.sparse.numblocks",
                        "3",
                        "GNU.sparse.map",
                        "0,3,8990,2,9000,0",
                        "GNU.sparse.name",
                        "real")
                .file("GNUSparseFile.0/s", "abcde"));

        assertThat(entry.displayPath()).isEqualTo("real");
        assertSparse(entry, 9000, new Range(0, 3), new Range(8990, 2));
    }

    @Test
    void readsSparseFormat10() throws IOException {
        byte[] data = Arrays.copyOf("2\n0\n3\n5000000000\n2\n".getBytes(StandardCharsets.US_ASCII), 512 + 5);
        TarEntry entry = one(new TestTar()
                .pax(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "real",
                        "GNU.sparse.realsize",
                        "5000000002")
                .add("GNUSparseFile.0/s", '0', e -> e.data(data)));

        assertSparse(entry, 5_000_000_002L, new Range(0, 3), new Range(5_000_000_000L, 2));
        assertThat(entry.dataOffset()).isEqualTo(512 * 4);
    }

    @Test
    void readsOnBehindSparseFiles() throws IOException {
        byte[] data = Arrays.copyOf("1\n0\n3\n".getBytes(StandardCharsets.US_ASCII), 512 + 3);
        List<TarEntry> entries = read(new TestTar()
                .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "10")
                .add("s", '0', e -> e.data(data))
                .file("next", "n")
                .build());

        assertThat(entries).extracting(TarEntry::displayPath).containsExactly("s", "next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5,3,4,1", "0,3,9999,2", "0,6", "0,3", "0", "0,-3", "0,x"})
    void refusesSparseMapsThatMakeNoSense(String map) {
        assertMalformed(new TestTar()
                .pax("GNU.sparse.size", "9000", "GNU.sparse.map", map)
                .file("s", "abcde")
                .build());
    }

    @Test
    void readsTheSizeFromPax() throws IOException {
        List<TarEntry> entries = read(new TestTar()
                .pax("size", "5")
                .add("a", '0', e -> e.data("hello").size(0))
                .file("b", "")
                .build());

        assertThat(entries).extracting(TarEntry::displayPath).containsExactly("a", "b");
        assertThat(entries.get(0).sizeBytes()).isEqualTo(5);
    }

    @Test
    void takesOldDirectoriesByTheirTrailingSlash() throws IOException {
        assertThat(one(new TestTar().add("old/", '\0', e -> {})).type()).isEqualTo(TarEntryType.DIRECTORY);
        assertThat(one(new TestTar().add("old", '\0', e -> {})).type()).isEqualTo(TarEntryType.REGULAR);
    }

    @Test
    void tellsSocketsByTheirMode() throws IOException {
        assertThat(one(new TestTar().add("s", '0', e -> e.mode(0140755))).type())
                .isEqualTo(TarEntryType.SOCKET);
    }

    @Test
    void acceptsArchivesWithoutClosingBlocks() throws IOException {
        assertThat(read(new TestTar().file("a", "x").unfinished())).hasSize(1);
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void acceptsALastEntryThatDoesNotFillItsBlock() throws IOException {
        byte[] archive = new TestTar().file("a", "x").unfinished();

        assertThat(read(Arrays.copyOf(archive, 512 + 1))).hasSize(1);
        assertMalformed(Arrays.copyOf(archive, 512));
    }

    @Test
    void refusesHeadersWithAWrongChecksum() {
        assertThatThrownBy(() -> read(
                        new TestTar().add("x", '0', TestTar.Entry::badChecksum).build()))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("checksum")
                .hasMessageContaining("test, tar header at byte 0");
    }

    @Test
    void refusesAHeaderThatLiesAboutTheSize() {
        assertThatThrownBy(() -> read(new TestTar()
                        .add("x", '0', e -> e.data("short").size(1 << 30))
                        .build()))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("ends before the size");
    }

    @Test
    void refusesSizesThatOverflow() {
        assertMalformed(new TestTar()
                .pax("size", "9223372036854775807")
                .file("x", "short")
                .build());
        assertMalformed(
                new TestTar().pax("size", "9223372036854775808").file("x", "").build());
        assertMalformed(new TestTar().pax("size", "-1").file("x", "").build());
    }

    @Test
    void refusesHugeExtensions() {
        assertThatThrownBy(() ->
                        read(new TestTar().add("x", 'x', e -> e.size(2 << 20)).build()))
                .hasMessageContaining("larger than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"99 path=x\n", "path=x\n", "11 path=xyz", "8 path=\n\n", "6 pathx\n", "-9 path=x\n", "7 =abc\nx"
            })
    void refusesBrokenPaxRecords(String record) {
        assertMalformed(new TestTar()
                .raw('x', record.getBytes(StandardCharsets.UTF_8))
                .file("x", "")
                .build());
    }

    @Test
    void refusesWhatLinuxCannotHold() {
        assertMalformed(new TestTar().pax("uid", "4294967296").file("x", "").build());
        assertMalformed(new TestTar().add("x", '3', e -> e.device(4096, 0)).build());
    }

    @Test
    void refusesUnknownTypes() {
        assertThatThrownBy(() -> read(new TestTar().add("x", 'M', e -> {}).build()))
                .hasMessageContaining("unknown type 'M'");
    }

    @Test
    void refusesAZeroBlockInTheMiddle() {
        assertMalformed(
                new TestTar().file("a", "").bytes(new byte[512]).file("b", "").build());
    }

    private static void assertSparse(TarEntry entry, long size, Range... ranges) {
        assertThat(entry.sizeBytes()).isEqualTo(size);
        assertThat(entry.sparse()).isEqualTo(Optional.of(List.of(ranges)));
    }

    private static void assertMalformed(byte[] archive) {
        assertThatThrownBy(() -> read(archive)).isInstanceOf(InvalidContentException.class);
    }

    private static void putPair(byte[] block, int offset, long start, long length) {
        byte[] text = String.format(java.util.Locale.ROOT, "%011o\0%011o\0", start, length)
                .getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, block, offset, text.length);
    }

    private static TarEntry one(TestTar tar) throws IOException {
        List<TarEntry> entries = read(tar.build());
        assertThat(entries).hasSize(1);
        return entries.get(0);
    }

    private static List<TarEntry> read(byte[] archive) throws IOException {
        TarReader reader = new TarReader(TestTar.chunks(archive), "test");
        List<TarEntry> entries = new ArrayList<>();
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }
}
