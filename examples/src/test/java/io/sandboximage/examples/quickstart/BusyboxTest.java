package io.sandboximage.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyboxTest {
    private static final int PT_LOAD = 1;
    private static final int PT_INTERP = 3;

    @TempDir
    Path dir;

    @Test
    void programWithoutLoaderIsStatic() throws IOException {
        assertThat(Busybox.isStatic(elf(PT_LOAD, PT_LOAD))).isTrue();
    }

    @Test
    void programWithLoaderIsNotStatic() throws IOException {
        assertThat(Busybox.isStatic(elf(PT_LOAD, PT_INTERP))).isFalse();
    }

    @Test
    void whatIsNoProgramIsNotStatic() throws IOException {
        assertThat(Busybox.isStatic(dir.resolve("missing"))).isFalse();
        assertThat(Busybox.isStatic(dir)).isFalse();
        assertThat(Busybox.isStatic(Files.writeString(dir.resolve("script"), "#!/bin/sh\n")))
                .isFalse();
        assertThat(Busybox.isStatic(Files.write(dir.resolve("cut"), new byte[] {0x7F, 'E', 'L', 'F', 2, 1})))
                .isFalse();
    }

    private Path elf(int... programHeaderTypes) throws IOException {
        int size = 56;
        ByteBuffer file =
                ByteBuffer.allocate(64 + size * programHeaderTypes.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(0, new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
        file.putLong(32, 64).putShort(54, (short) size).putShort(56, (short) programHeaderTypes.length);
        for (int i = 0; i < programHeaderTypes.length; i++) {
            file.putInt(64 + i * size, programHeaderTypes[i]);
        }
        return Files.write(dir.resolve("program"), file.array());
    }
}
