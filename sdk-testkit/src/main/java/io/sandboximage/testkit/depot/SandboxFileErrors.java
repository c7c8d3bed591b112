package io.sandboximage.testkit.depot;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/** What a file system says, as a refusal of the service. */
final class SandboxFileErrors {
    private SandboxFileErrors() {}

    /** Work with files. */
    @FunctionalInterface
    interface Work<A> {
        A run() throws IOException;
    }

    static <A> A orFault(Work<A> work) {
        try {
            return work.run();
        } catch (NoSuchFileException e) {
            throw new RpcFault("not_found", "ENOENT: no such file or directory");
        } catch (FileAlreadyExistsException e) {
            throw new RpcFault("already_exists", "EEXIST: file exists");
        } catch (DirectoryNotEmptyException e) {
            throw new RpcFault("failed_precondition", "ENOTEMPTY: directory not empty");
        } catch (NotDirectoryException e) {
            throw new RpcFault("failed_precondition", "ENOTDIR: not a directory");
        } catch (NotLinkException e) {
            throw new RpcFault("invalid_argument", "EINVAL: not a symbolic link");
        } catch (AccessDeniedException e) {
            throw new RpcFault("permission_denied", "EACCES: permission denied");
        } catch (IOException e) {
            throw new RpcFault("internal", "EIO: " + e.getMessage());
        }
    }
}
