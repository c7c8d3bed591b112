package io.sandboximage.rootfs.internal.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our reader sees what another implementation writes and reads, for what both can hold: text names and attributes. */
class TarOracleTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void readsWhatCommonsCompressWritesAsItReadsIt(int seed) throws IOException {
        byte[] archive = archive(new Random(seed));

        List<String> expected = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Instant mtime = entry.getLastModifiedTime().toInstant();
                byte[] content = in.readAllBytes();
                expected.add(line(
                        entry.getName(),
                        entry.getLinkName(),
                        entry.getMode(),
                        entry.getLongUserId(),
                        entry.getLongGroupId(),
                        mtime.getEpochSecond(),
                        mtime.getNano(),
                        new String(content, java.nio.charset.StandardCharsets.ISO_8859_1)));
            }
        }
        List<String> found = new ArrayList<>();
        TarReader reader = new TarReader(TestTar.chunks(archive), "test");
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            found.add(line(
                    entry.displayPath(),
                    TarEntry.display(entry.linkTarget()),
                    entry.permissions(),
                    Integer.toUnsignedLong(entry.uid()),
                    Integer.toUnsignedLong(entry.gid()),
                    entry.mtimeSeconds(),
                    entry.mtimeNanos(),
                    new String(
                            archive,
                            (int) entry.dataOffset(),
                            (int) entry.sizeBytes(),
                            java.nio.charset.StandardCharsets.ISO_8859_1)));
        }
        assertThat(found).hasSize(60).isEqualTo(expected);
    }

    private static byte[] archive(Random random) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            boolean pax = random.nextBoolean();
            out.setLongFileMode(pax ? TarArchiveOutputStream.LONGFILE_POSIX : TarArchiveOutputStream.LONGFILE_GNU);
            out.setBigNumberMode(pax ? TarArchiveOutputStream.BIGNUMBER_POSIX : TarArchiveOutputStream.BIGNUMBER_STAR);
            out.setAddPaxHeadersForNonAsciiNames(true);
            for (int i = 0; i < 60; i++) {
                byte[] content = new byte[random.nextInt(2000)];
                random.nextBytes(content);
                String name = (random.nextInt(4) == 0 ? "\u00fc/" : "a/") + "d".repeat(random.nextInt(180)) + i;
                boolean link = random.nextInt(4) == 0;
                TarArchiveEntry entry =
                        link ? new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK) : new TarArchiveEntry(name);
                if (link) {
                    entry.setLinkName("t".repeat(1 + random.nextInt(190)));
                } else {
                    entry.setSize(content.length);
                }
                entry.setMode(random.nextInt(010000));
                entry.setIds(random.nextInt(1 << 20), random.nextInt(1 << 20));
                if (random.nextInt(3) == 0) {
                    entry.setUserId(3_000_000_000L + random.nextInt(1000));
                }
                long second = random.nextInt(2_000_000_000);
                entry.setLastModifiedTime(FileTime.from(Instant.ofEpochSecond(
                        second, pax && random.nextBoolean() ? random.nextInt(1_000_000_000) : 0)));
                out.putArchiveEntry(entry);
                if (!link) {
                    out.write(content);
                }
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String line(
            String path, String link, int mode, long uid, long gid, long seconds, int nanos, String content) {
        return String.format(
                Locale.ROOT, "%s|%s|%o|%d|%d|%d.%09d|%s", path, link, mode & 07777, uid, gid, seconds, nanos, content);
    }
}
