package io.sandboximage.golden;

import io.sandboximage.golden.LoopDisk.FileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system on a disk with a volatile cache. When its power is cut, the disk fails from under the file system, and forgets all writes
 * that it was not told to flush but those that it happened to have written: the disk is a file on another file system, which is shut down.
 */
final class PowerCutDisk implements AutoCloseable {
    private final LoopDisk host;
    private final LoopDisk disk;

    private PowerCutDisk(LoopDisk host, LoopDisk disk) {
        this.host = host;
        this.disk = disk;
    }

    static PowerCutDisk make(FileSystem type, Path folder, long bytes) throws IOException {
        LoopDisk host =
                LoopDisk.make(FileSystem.XFS, Files.createDirectories(folder.resolve("host")), bytes + bytes / 2);
        return new PowerCutDisk(host, LoopDisk.make(type, host.path(), folder, bytes));
    }

    Path path() {
        return disk.path();
    }

    void cutPower() {
        host.shutDown();
    }

    /** Mounts all again, as a machine does that has its power back. */
    void restart() throws InterruptedException {
        disk.unmount();
        host.unmount();
        host.mount();
        disk.mount();
    }

    @Override
    public void close() {
        disk.close();
        host.close();
    }
}
