package io.sandboximage.buildkit.internal.filesync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.sandboximage.buildkit.internal.proto.Packet;
import io.sandboximage.buildkit.internal.proto.Packet.PacketType;
import io.sandboximage.buildkit.internal.proto.Stat;
import io.sandboximage.error.InvalidContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hostile daemon may try, and the order of an honest one. */
class FileReceiverTest {
    @TempDir
    Path folder;

    private Path root;
    private final List<Packet> sent = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private FileReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        root = folder.resolve("root");
        receiver = new FileReceiver(root, sent::add, notes::add);
    }

    @Test
    void asksForFilesAndEndsWhenAllHaveCome() throws IOException {
        assertThat(stat("dir", FileMode.DIRECTORY | 0750, "")).isFalse();
        assertThat(stat("dir/file", 0640, "")).isFalse();
        assertThat(stat("dir/hard", 0640, "dir/file")).isFalse();
        assertThat(end()).isFalse();
        assertThat(sent).singleElement().satisfies(packet -> {
            assertThat(packet.getType()).isEqualTo(PacketType.PACKET_REQ);
            assertThat(packet.getID()).isEqualTo(1);
        });

        assertThat(data(1, "text")).isFalse();
        assertThat(data(1, "")).isTrue();

        assertThat(root.resolve("dir/hard")).hasContent("text");
        assertThat(Files.getAttribute(root.resolve("dir"), "unix:mode")).isEqualTo(040750);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "..", "/evil", "a//b", "missing/file", ".", "", "dir/../evil"})
    void pathsThatLeaveAreRefused(String path) {
        assertThatThrownBy(() -> stat(path, 0644, "")).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void symlinksAreNeverWrittenThrough() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.createSymbolicLink(root.resolve("old"), outside);

        stat("link", FileMode.SYMLINK | 0777, outside.toString());
        assertThatThrownBy(() -> stat("link/file", 0644, "")).isInstanceOf(InvalidContentException.class);
        stat("old", FileMode.DIRECTORY | 0755, "");

        assertThat(root.resolve("old")).isDirectory();
        assertThat(Files.isSymbolicLink(root.resolve("old"))).isFalse();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void hardLinksToTheOutsideAreRefused() {
        assertThatThrownBy(() -> stat("hard", 0644, "../../etc/passwd")).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void devicesAndPipesAreNamedInANote() throws IOException {
        stat("null", FileMode.DEVICE | FileMode.CHAR_DEVICE | 0666, "");
        stat("pipe", FileMode.FIFO | 0600, "");
        assertThat(end()).isTrue();

        assertThat(notes).singleElement().asString().contains("2 devices").contains("null, pipe");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void dataThatNobodyAskedForIsRefused() {
        assertThatThrownBy(() -> data(7, "x")).isInstanceOf(InvalidContentException.class);
    }

    private boolean stat(String path, int mode, String link) throws IOException {
        return receiver.accept(Packet.newBuilder()
                .setType(PacketType.PACKET_STAT)
                .setStat(Stat.newBuilder()
                        .setPath(ByteString.copyFromUtf8(path))
                        .setMode(mode)
                        .setLinkname(ByteString.copyFromUtf8(link)))
                .build());
    }

    private boolean end() throws IOException {
        return receiver.accept(
                Packet.newBuilder().setType(PacketType.PACKET_STAT).build());
    }

    private boolean data(int id, String text) throws IOException {
        return receiver.accept(Packet.newBuilder()
                .setType(PacketType.PACKET_DATA)
                .setID(id)
                .setData(ByteString.copyFromUtf8(text))
                .build());
    }
}
