package io.sandboximage.testkit.depot;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.sandbox.AccessRequest;
import io.sandboximage.depot.internal.proto.sandbox.AccessResponse;
import io.sandboximage.depot.internal.proto.sandbox.ChmodRequest;
import io.sandboximage.depot.internal.proto.sandbox.ChmodResponse;
import io.sandboximage.depot.internal.proto.sandbox.ChownRequest;
import io.sandboximage.depot.internal.proto.sandbox.ChownResponse;
import io.sandboximage.depot.internal.proto.sandbox.CopyFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.CopyFileResponse;
import io.sandboximage.depot.internal.proto.sandbox.FileChunk;
import io.sandboximage.depot.internal.proto.sandbox.MkdirRequest;
import io.sandboximage.depot.internal.proto.sandbox.MkdirResponse;
import io.sandboximage.depot.internal.proto.sandbox.ReadDirRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadDirResponse;
import io.sandboximage.depot.internal.proto.sandbox.ReadFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadlinkRequest;
import io.sandboximage.depot.internal.proto.sandbox.ReadlinkResponse;
import io.sandboximage.depot.internal.proto.sandbox.RemoveRequest;
import io.sandboximage.depot.internal.proto.sandbox.RemoveResponse;
import io.sandboximage.depot.internal.proto.sandbox.RenameRequest;
import io.sandboximage.depot.internal.proto.sandbox.RenameResponse;
import io.sandboximage.depot.internal.proto.sandbox.SandboxRef;
import io.sandboximage.depot.internal.proto.sandbox.StatRequest;
import io.sandboximage.depot.internal.proto.sandbox.SymlinkRequest;
import io.sandboximage.depot.internal.proto.sandbox.SymlinkResponse;
import io.sandboximage.depot.internal.proto.sandbox.TruncateRequest;
import io.sandboximage.depot.internal.proto.sandbox.TruncateResponse;
import io.sandboximage.depot.internal.proto.sandbox.WriteFileRequest;
import io.sandboximage.depot.internal.proto.sandbox.WriteFileResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** {@code depot.sandbox.v1.SandboxService}: files in sandboxes; what commands mount for themselves is not seen here. */
final class SandboxFileEndpoint {
    private static final String SERVICE = SandboxEndpoint.SERVICE;
    private static final int CHUNK_BYTES = 1024 * 1024;

    private final EmulatorState state;

    SandboxFileEndpoint(EmulatorState state) {
        this.state = state;
    }

    void addTo(Map<String, Procedure> procedures) {
        add(procedures, "Mkdir", MkdirRequest.getDefaultInstance(), this::mkdir);
        add(procedures, "Stat", StatRequest.getDefaultInstance(), this::stat);
        add(procedures, "ReadDir", ReadDirRequest.getDefaultInstance(), this::readDir);
        add(procedures, "Remove", RemoveRequest.getDefaultInstance(), this::remove);
        add(procedures, "Rename", RenameRequest.getDefaultInstance(), this::rename);
        add(procedures, "CopyFile", CopyFileRequest.getDefaultInstance(), this::copy);
        add(procedures, "Truncate", TruncateRequest.getDefaultInstance(), this::truncate);
        add(procedures, "Chmod", ChmodRequest.getDefaultInstance(), this::chmod);
        add(procedures, "Chown", ChownRequest.getDefaultInstance(), this::chown);
        add(procedures, "Symlink", SymlinkRequest.getDefaultInstance(), this::symlink);
        add(procedures, "Readlink", ReadlinkRequest.getDefaultInstance(), this::readlink);
        add(procedures, "Access", AccessRequest.getDefaultInstance(), this::access);
        procedures.put(
                SERVICE + "ReadFile",
                Procedure.streaming(ReadFileRequest.getDefaultInstance(), (call, requests, answers) -> {
                    ReadFileRequest request = requests.next();
                    SandboxFileErrors.orFault(() -> read(call, request, answers));
                }));
        procedures.put(
                SERVICE + "WriteFile",
                Procedure.streaming(
                        WriteFileRequest.getDefaultInstance(),
                        (call, requests, answers) ->
                                answers.accept(SandboxFileErrors.orFault(() -> write(call, requests)))));
    }

    /** One request, one answer, and what the file system says against it. */
    @FunctionalInterface
    private interface Work<Q> {
        Message run(DepotCall call, Q request) throws IOException;
    }

    private static <Q extends Message> void add(Map<String, Procedure> procedures, String name, Q any, Work<Q> work) {
        procedures.put(
                SERVICE + name,
                Procedure.unary(any, (call, request) -> SandboxFileErrors.orFault(() -> work.run(call, request))));
    }

    private Path path(DepotCall call, SandboxRef sandbox, String path, boolean followLast) {
        EmulatedSandbox found = state.sandboxes(call).find(sandbox.getId());
        found.requireRunning();
        return SandboxPaths.resolve(found.root, path, followLast);
    }

    private Message mkdir(DepotCall call, MkdirRequest request) throws IOException {
        Path path = path(call, request.getSandbox(), request.getPath(), true);
        if (request.getRecursive()) {
            Files.createDirectories(path);
        } else {
            Files.createDirectory(path);
        }
        if (request.hasMode()) {
            Files.setAttribute(path, "unix:mode", request.getMode());
        }
        return MkdirResponse.getDefaultInstance();
    }

    private Message stat(DepotCall call, StatRequest request) throws IOException {
        boolean follow = !request.hasFollowSymlinks() || request.getFollowSymlinks();
        return SandboxFileFacts.stat(path(call, request.getSandbox(), request.getPath(), follow), request.getPath());
    }

    private Message readDir(DepotCall call, ReadDirRequest request) throws IOException {
        ReadDirResponse.Builder answer = ReadDirResponse.newBuilder();
        try (Stream<Path> entries = Files.list(path(call, request.getSandbox(), request.getPath(), true))) {
            for (Path entry : entries.sorted().toList()) {
                ReadDirResponse.Entry.Builder described = ReadDirResponse.Entry.newBuilder()
                        .setName(entry.getFileName().toString());
                if (request.getWithFileTypes()) {
                    described.setType(SandboxFileFacts.type(entry));
                }
                answer.addEntries(described);
            }
        }
        return answer.build();
    }

    private Message remove(DepotCall call, RemoveRequest request) throws IOException {
        Path path = path(call, request.getSandbox(), request.getPath(), false);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) && request.getIgnoreMissing()) {
            return RemoveResponse.getDefaultInstance();
        }
        if (request.getRecursive() && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            SandboxRoots.remove(path);
        } else {
            Files.delete(path);
        }
        return RemoveResponse.getDefaultInstance();
    }

    private Message rename(DepotCall call, RenameRequest request) throws IOException {
        Path to = path(call, request.getSandbox(), request.getToPath(), false);
        Files.move(
                path(call, request.getSandbox(), request.getFromPath(), false),
                to,
                StandardCopyOption.REPLACE_EXISTING);
        return RenameResponse.getDefaultInstance();
    }

    private Message copy(DepotCall call, CopyFileRequest request) throws IOException {
        List<StandardCopyOption> options = new ArrayList<>(List.of(StandardCopyOption.REPLACE_EXISTING));
        if (request.getPreserveMetadata()) {
            options.add(StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.copy(
                path(call, request.getSandbox(), request.getFromPath(), true),
                path(call, request.getSandbox(), request.getToPath(), true),
                options.toArray(new StandardCopyOption[0]));
        return CopyFileResponse.getDefaultInstance();
    }

    private Message truncate(DepotCall call, TruncateRequest request) throws IOException {
        Path path = path(call, request.getSandbox(), request.getPath(), true);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(request.getSize());
        }
        return TruncateResponse.getDefaultInstance();
    }

    private Message chmod(DepotCall call, ChmodRequest request) throws IOException {
        if (!request.hasMode()) {
            throw new RpcFault("invalid_argument", "mode is required");
        }
        Files.setAttribute(path(call, request.getSandbox(), request.getPath(), true), "unix:mode", request.getMode());
        return ChmodResponse.getDefaultInstance();
    }

    private Message chown(DepotCall call, ChownRequest request) throws IOException {
        Path path = path(call, request.getSandbox(), request.getPath(), true);
        Files.setAttribute(path, "unix:uid", request.getUid());
        Files.setAttribute(path, "unix:gid", request.getGid());
        return ChownResponse.getDefaultInstance();
    }

    private Message symlink(DepotCall call, SymlinkRequest request) throws IOException {
        Files.createSymbolicLink(
                path(call, request.getSandbox(), request.getLinkPath(), false), Path.of(request.getTarget()));
        return SymlinkResponse.getDefaultInstance();
    }

    private Message readlink(DepotCall call, ReadlinkRequest request) throws IOException {
        Path link = path(call, request.getSandbox(), request.getPath(), false);
        return ReadlinkResponse.newBuilder()
                .setTarget(Files.readSymbolicLink(link).toString())
                .build();
    }

    private Message access(DepotCall call, AccessRequest request) throws IOException {
        Files.readAttributes(path(call, request.getSandbox(), request.getPath(), true), "unix:mode");
        return AccessResponse.getDefaultInstance();
    }

    private Message read(DepotCall call, ReadFileRequest request, Consumer<Message> answers) throws IOException {
        try (InputStream in = Files.newInputStream(path(call, request.getSandbox(), request.getPath(), true))) {
            for (byte[] data = in.readNBytes(CHUNK_BYTES); data.length > 0; data = in.readNBytes(CHUNK_BYTES)) {
                answers.accept(FileChunk.newBuilder()
                        .setData(ByteString.copyFrom(data))
                        .build());
            }
        }
        answers.accept(FileChunk.newBuilder().setEof(true).build());
        return FileChunk.getDefaultInstance();
    }

    private Message write(DepotCall call, Iterator<WriteFileRequest> requests) throws IOException {
        WriteFileRequest.Init init = requests.next().getInit();
        Path path = path(call, init.getSandbox(), init.getPath(), true);
        if (init.getCreateDirectories()) {
            Files.createDirectories(path.getParent());
        }
        if (Files.isDirectory(path)) {
            throw new FileAlreadyExistsException(init.getPath(), null, "is a directory");
        }
        long written = 0;
        try (OutputStream out = init.getAppend()
                ? Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                : Files.newOutputStream(path)) {
            while (requests.hasNext()) {
                ByteString data = requests.next().getData();
                data.writeTo(out);
                written += data.size();
            }
        }
        if (init.hasMode()) {
            Files.setAttribute(path, "unix:mode", init.getMode());
        }
        return WriteFileResponse.newBuilder().setBytesWritten(written).build();
    }
}
