package io.sandboximage.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileRecorderTest {
    @TempDir
    Path dir;

    @Test
    void missingFileIsMade() throws IOException {
        record("SNAPSHOT", "root.ext4");
        assertThat(content()).isEqualTo("SNAPSHOT=root.ext4\n");
        assertNothingElseIsThere();
    }

    @Test
    void otherLinesStayByteForByte() throws IOException {
        write(
                "# a comment\n\n  export A = 1  # one\nSNAPSHOT=old # why\n#SNAPSHOT=no\nSNAPSHOT_2=x\n\tB='two\nlines'\n");
        record("SNAPSHOT", "new");
        assertThat(content())
                .isEqualTo("# a comment\n\n  export A = 1  # one\nSNAPSHOT=new # why\n#SNAPSHOT=no\nSNAPSHOT_2=x\n"
                        + "\tB='two\nlines'\n");
    }

    @Test
    void exportAndIndentStay() throws IOException {
        write("  export SNAPSHOT=\"old\"\n");
        record("SNAPSHOT", "new");
        assertThat(content()).isEqualTo("  export SNAPSHOT=new\n");
    }

    @Test
    void valueOverSeveralLinesIsReplacedAsAWhole() throws IOException {
        write("SNAPSHOT=\"a\nb \\\" c\nA=fake\" # tail\nA=1\n");
        record("SNAPSHOT", "new");
        assertThat(content()).isEqualTo("SNAPSHOT=new # tail\nA=1\n");
    }

    @Test
    void nameInsideAnotherValueIsNoAssignment() throws IOException {
        write("A='\nSNAPSHOT=inner\n'\n");
        record("SNAPSHOT", "new");
        assertThat(content()).isEqualTo("A='\nSNAPSHOT=inner\n'\nSNAPSHOT=new\n");
    }

    @Test
    void quoteThatNothingClosesSpoilsItsLineOnly() throws IOException {
        write("A='oops\nSNAPSHOT=old\n");
        record("SNAPSHOT", "new");
        assertThat(content()).isEqualTo("A='oops\nSNAPSHOT=new\n");
    }

    @Test
    void everyLineOfTheNameIsSet() throws IOException {
        write("SNAPSHOT=1\nA=2\nSNAPSHOT=3");
        record("SNAPSHOT", "new");
        assertThat(content()).isEqualTo("SNAPSHOT=new\nA=2\nSNAPSHOT=new");
    }

    @Test
    void windowsLineEndingsStay() throws IOException {
        write("A=1\r\nSNAPSHOT=old\r\n");
        Recorders.envFile(file()).set("SNAPSHOT", r -> "new").set("B", r -> "2").record(Results.SAMPLE);
        assertThat(content()).isEqualTo("A=1\r\nSNAPSHOT=new\r\nB=2\r\n");
    }

    @Test
    void lastLineWithoutBreakGetsOneBeforeAnAddition() throws IOException {
        write("A=1");
        record("SNAPSHOT", "new");
        assertThat(content()).isEqualTo("A=1\nSNAPSHOT=new\n");
    }

    @Test
    void bytesOfOtherEncodingsAndTheByteOrderMarkSurvive() throws IOException {
        byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'A', '=', (byte) 0xE9, (byte) 0xFF, '\n'};
        Files.write(file(), bytes);
        record("A2", "ü");
        assertThat(Files.readAllBytes(file())).startsWith(bytes).endsWith("A2='ü'\n".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "ghcr.io/acme/box:v1@sha256:ab | ghcr.io/acme/box:v1@sha256:ab",
                "two words | 'two words'",
                "a#b | 'a#b'",
                "$HOME | '$HOME'",
                "back\\slash | 'back\\slash'",
                "it's $5 \"now\" | \"it's \\$5 \\\"now\\\"\"",
            })
    void valuesAreQuotedAsLittleAsPossible(String value, String literal) throws IOException {
        record("V", value);
        assertThat(content()).isEqualTo("V=" + literal + "\n");
    }

    @Test
    void valueThatNoQuotingCarriesIsRefusedAndNothingIsWritten() {
        assertThatThrownBy(() -> record("V", "a\nb"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("V");
        assertThatThrownBy(() -> record("V", "'`")).isInstanceOf(InvalidRequestException.class);
        assertThat(file()).doesNotExist();
    }

    @Test
    void impossibleNameIsRefused() {
        assertThatThrownBy(() -> Recorders.envFile(file(), "A-B")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Recorders.envFile(file(), "A", "A")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void unchangedFileIsNotWritten() throws IOException {
        write("SNAPSHOT=same\n");
        FileTime old = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
        Files.setLastModifiedTime(file(), old);
        record("SNAPSHOT", "same");
        assertThat(Files.getLastModifiedTime(file())).isEqualTo(old);
    }

    @Test
    void modeIsKept() throws IOException {
        write("A=1\n");
        assumeThat(Files.getFileStore(file()).supportsFileAttributeView("posix"))
                .isTrue();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
        record("B", "2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
    }

    @Test
    void linkIsFollowedAndStaysALink() throws IOException {
        Path real = Files.writeString(dir.resolve("real.env"), "A=1\n");
        Files.createSymbolicLink(file(), real);
        record("A", "2");
        assertThat(Files.isSymbolicLink(file())).isTrue();
        assertThat(Files.readString(real)).isEqualTo("A=2\n");
    }

    @Test
    void missingFolderIsAStorageError() {
        assertThatThrownBy(() ->
                        Recorders.envFile(dir.resolve("no/such/.env"), "A").record(Results.SAMPLE))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("folder");
    }

    @Test
    void recordersAtTheSameTimeLoseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = IntStream.range(0, 40)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> record("V" + i, "x" + i)))
                    .toList();
            for (Future<?> future : all) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(content().lines())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).mapToObj(i -> "V" + i + "=x" + i).toList());
        assertNothingElseIsThere();
    }

    @Test
    void namesGetTheFirstSnapshotsReferenceByDefault() throws IOException {
        Recorders.envFile(file(), "A", "B").record(Results.SAMPLE);
        assertThat(content()).isEqualTo("A=root.ext4\nB=root.ext4\n");
    }

    private void record(String name, String value) {
        Recorders.envFile(file()).set(name, r -> value).record(Results.SAMPLE);
    }

    private Path file() {
        return dir.resolve(".env");
    }

    private void write(String content) throws IOException {
        Files.writeString(file(), content);
    }

    private String content() throws IOException {
        return Files.readString(file());
    }

    private void assertNothingElseIsThere() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(file());
        }
    }
}
