package io.sandboximage.depot.sandbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.SandboxMethods;
import io.sandboximage.depot.internal.proto.sandbox.AccessRequest;
import io.sandboximage.depot.internal.proto.sandbox.ChmodRequest;
import io.sandboximage.depot.internal.proto.sandbox.ChownRequest;
import io.sandboximage.depot.internal.proto.sandbox.CopyFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.MkdirRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadDirRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadlinkRequest;
import io.sandboximage.depot.internal.proto.sandbox.RemoveRequest;
import io.sandboximage.depot.internal.proto.sandbox.RenameRequest;
import io.sandboximage.depot.internal.proto.sandbox.SandboxRef;
import io.sandboximage.depot.internal.proto.sandbox.StatRequest;
import io.sandboximage.depot.internal.proto.sandbox.StatResponse;
import io.sandboximage.depot.internal.proto.sandbox.SymlinkRequest;
import io.sandboximage.depot.internal.proto.sandbox.TruncateRequest;
import io.sandboximage.depot.internal.proto.sandbox.WriteFileRequest;
import io.sandboximage.depot.internal.rpc.RpcMethod;
import io.sandboximage.depot.internal.rpc.RpcUpload;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;

/**
 * Files in a sandbox, by absolute path. Thread-safe. What is missing is a {@link NotFoundException}, what is in the way a
 * {@link io.sandboximage.error.ConflictException}; the message has Depot's own words.
 */
public final class SandboxFiles {
    /** Executable by all. */
    public static final int MODE_PROGRAM = 0755;

    private static final int MODE_BITS = 07777;

    /** What Depot's own client sends at a time: 4 MiB with room for the frame around it. */
    private static final int CHUNK_BYTES = 4 * 1024 * 1024 - 64 * 1024;

    private final DepotCalls calls;
    private final SandboxRef sandbox;
    private final String where;

    SandboxFiles(DepotCalls calls, String sandbox) {
        this.calls = calls;
        this.sandbox = Refs.sandbox(sandbox);
        this.where = " in the sandbox " + sandbox;
    }

    /** Makes a directory, and those above it. */
    public void createDirectories(String path) {
        call(
                "make the directory " + path,
                SandboxMethods.MKDIR,
                MkdirRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setRecursive(true)
                        .build());
    }

    /** Looks at a file, through symbolic links. */
    public SandboxFileStat stat(String path) {
        return stat(path, true);
    }

    /** @param followLinks whether to look at what a symbolic link points to, and not at the link */
    public SandboxFileStat stat(String path, boolean followLinks) {
        StatResponse answer = call(
                "look at " + path,
                SandboxMethods.STAT,
                StatRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setFollowSymlinks(followLinks)
                        .build());
        return new SandboxFileStat(
                answer.getPath(),
                SandboxFileType.of(answer.getType()),
                answer.getSize(),
                answer.getMode() & MODE_BITS,
                answer.getUname(),
                answer.getGname(),
                Instant.ofEpochSecond(answer.getMtimeUnixSeconds()));
    }

    /** Whether there is such a file. */
    public boolean exists(String path) {
        try {
            call(
                    "look for " + path,
                    SandboxMethods.ACCESS,
                    AccessRequest.newBuilder().setSandbox(sandbox).setPath(path).build());
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** The entries of a directory, in the order in which Depot gives them. */
    public List<SandboxFileEntry> list(String path) {
        ReadDirRequest request = ReadDirRequest.newBuilder()
                .setSandbox(sandbox)
                .setPath(path)
                .setWithFileTypes(true)
                .build();
        return call("list " + path, SandboxMethods.READ_DIR, request).getEntriesList().stream()
                .map(entry -> new SandboxFileEntry(entry.getName(), SandboxFileType.of(entry.getType())))
                .toList();
    }

    /** Removes a file, or an empty directory. */
    public void remove(String path) {
        call(
                "remove " + path,
                SandboxMethods.REMOVE,
                RemoveRequest.newBuilder().setSandbox(sandbox).setPath(path).build());
    }

    /** Removes a file or a directory with all that is in it, where it is there. */
    public void removeAll(String path) {
        call(
                "remove " + path,
                SandboxMethods.REMOVE,
                RemoveRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setRecursive(true)
                        .setIgnoreMissing(true)
                        .build());
    }

    public void rename(String from, String to) {
        call(
                "rename " + from + " to " + to,
                SandboxMethods.RENAME,
                RenameRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setFromPath(from)
                        .setToPath(to)
                        .build());
    }

    /** @param keepMetadata whether the copy has the mode, owner and time of the original */
    public void copy(String from, String to, boolean keepMetadata) {
        call(
                "copy " + from + " to " + to,
                SandboxMethods.COPY_FILE,
                CopyFileRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setFromPath(from)
                        .setToPath(to)
                        .setPreserveMetadata(keepMetadata)
                        .build());
    }

    public void truncate(String path, long sizeBytes) {
        call(
                "set the size of " + path,
                SandboxMethods.TRUNCATE,
                TruncateRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setSize(sizeBytes)
                        .build());
    }

    /** @param mode for instance {@code 0755} */
    public void mode(String path, int mode) {
        call(
                "set the mode of " + path,
                SandboxMethods.CHMOD,
                ChmodRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setMode(checkedMode(mode))
                        .build());
    }

    public void owner(String path, int user, int group) {
        call(
                "set the owner of " + path,
                SandboxMethods.CHOWN,
                ChownRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setUid(user)
                        .setGid(group)
                        .build());
    }

    /** Makes a symbolic link. */
    public void link(String path, String target) {
        call(
                "make the link " + path,
                SandboxMethods.SYMLINK,
                SymlinkRequest.newBuilder()
                        .setSandbox(sandbox)
                        .setTarget(target)
                        .setLinkPath(path)
                        .build());
    }

    /** What a symbolic link points to. */
    public String linkTarget(String path) {
        return call(
                        "read the link " + path,
                        SandboxMethods.READLINK,
                        ReadlinkRequest.newBuilder()
                                .setSandbox(sandbox)
                                .setPath(path)
                                .build())
                .getTarget();
    }

    /** Opens a file; the caller closes it. A fault in the middle ends it with an exception of the SDK's family. */
    public InputStream read(String path) {
        return new FileChunks(
                calls.answers(
                        "read " + path + where,
                        SandboxMethods.READ_FILE,
                        ReadFileRequest.newBuilder()
                                .setSandbox(sandbox)
                                .setPath(path)
                                .build()),
                "read " + path + where);
    }

    /**
     * Writes a file, in place of one that is there; directories above it are made.
     *
     * @param mode for instance {@code 0644}
     * @param content read to its end, and left open
     * @throws StorageException if the content cannot be read
     */
    public void write(String path, int mode, InputStream content) {
        WriteFileRequest init = WriteFileRequest.newBuilder()
                .setInit(WriteFileRequest.Init.newBuilder()
                        .setSandbox(sandbox)
                        .setPath(path)
                        .setMode(checkedMode(mode))
                        .setCreateDirectories(true))
                .build();
        try (RpcUpload<WriteFileRequest> upload = calls.upload("write " + path + where, SandboxMethods.WRITE_FILE)) {
            upload.send(init);
            byte[] chunk = content.readNBytes(CHUNK_BYTES);
            while (chunk.length > 0) {
                CancelledException.throwIfInterrupted("writing " + path + where);
                upload.send(WriteFileRequest.newBuilder()
                        .setData(ByteString.copyFrom(chunk))
                        .build());
                chunk = content.readNBytes(CHUNK_BYTES);
            }
            upload.finish();
        } catch (IOException e) {
            throw new StorageException("Could not read what " + path + where + " should hold: " + e.getMessage(), e);
        }
    }

    private static int checkedMode(int mode) {
        if (mode < 0 || mode > MODE_BITS) {
            throw new InvalidRequestException(
                    "The mode " + Integer.toOctalString(mode) + " is not possible: it must be" + " between 0 and 7777");
        }
        return mode;
    }

    private <Q extends Message, A extends Message> A call(String what, RpcMethod<Q, A> method, Q request) {
        return calls.call(what + where, method, request);
    }
}
