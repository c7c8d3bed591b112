package io.sandboximage.registry;

import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.internal.auth.Scopes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import okhttp3.Request;

/** The blobs of one repository. Thread-safe. */
public final class Blobs {
    private final Routes routes;
    private final UploadSettings uploads;
    private final BlobDownloads downloads;

    Blobs(Routes routes, UploadSettings uploads, boolean foreignUrls) {
        this.routes = routes;
        this.uploads = uploads;
        this.downloads = new BlobDownloads(routes, foreignUrls);
    }

    public boolean exists(Digest digest) {
        return exists(digest, routes.pull());
    }

    /**
     * Opens a blob; what breaks is resumed, and size and digest are checked while it streams: on a wrong one the read that
     * reaches the end throws {@link io.sandboximage.error.IntegrityException}. The caller closes it.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no such blob
     */
    public InputStream open(Descriptor blob) {
        return downloads.open(blob);
    }

    /**
     * Opens a part of a blob, for instance the table of contents at the end of a layer. A part cannot be checked against the
     * digest. The stream may end early if the blob does.
     *
     * @param offset of the first byte
     * @param length in bytes
     */
    public InputStream openRange(Digest digest, long offset, long length) {
        return downloads.openRange(digest, offset, length);
    }

    /** Uploads a blob unless it is there; its bytes must have the descriptor's digest and size. */
    public void upload(Descriptor blob, BlobContent content, ProgressTask progress) {
        if (!exists(blob.digest(), routes.push())) {
            upload(blob, content, progress, Optional.empty());
        }
    }

    /** Uploads bytes that are at hand. */
    public void upload(Descriptor blob, byte[] bytes) {
        upload(blob, () -> new ByteArrayInputStream(bytes), ProgressTask.silent());
    }

    /** Uploads a file. */
    public void upload(Descriptor blob, Path file) {
        upload(blob, () -> open(file), ProgressTask.silent());
    }

    /**
     * Takes a blob over from another repository of the same registry, without moving its bytes.
     *
     * @return false if the registry did not do so; nothing is left behind then
     */
    public boolean mount(Digest digest, String fromRepository) {
        Mount mount = tryMount(digest, fromRepository);
        mount.session().ifPresent(new UploadRequests(routes)::cancel);
        return mount.mounted();
    }

    /**
     * @throws io.sandboximage.error.InvalidRequestException if the registry does not allow deletion
     * @throws io.sandboximage.error.NotFoundException if there is no such blob
     */
    public void delete(Digest digest) {
        String what = "delete the blob " + routes.name() + "@" + digest;
        Request.Builder request = new Request.Builder().url(routes.blob(digest)).delete();
        HttpReply reply = routes.connection()
                .fetch(RegistryRequest.repeatable(what, request, routes.delete()), UploadRequests.MAX_ANSWER);
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
    }

    boolean exists(Digest digest, Scopes scopes) {
        String what = "look up the blob " + routes.name() + "@" + digest;
        Request.Builder request = new Request.Builder()
                .url(routes.blob(digest))
                .header("Accept-Encoding", "identity")
                .head();
        HttpReply reply =
                routes.connection().fetch(RegistryRequest.repeatable(what, request, scopes), UploadRequests.MAX_ANSWER);
        if (reply.status() == 404) {
            return false;
        }
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
        return true;
    }

    /** @param begun an upload to go on with */
    void upload(Descriptor blob, BlobContent content, ProgressTask progress, Optional<UploadSession> begun) {
        new BlobUpload(
                        routes,
                        uploads,
                        blob,
                        content,
                        new UploadProgress(progress),
                        begun,
                        () -> exists(blob.digest(), routes.push()))
                .run();
    }

    /**
     * What came of a mount.
     *
     * @param session the upload that the registry began instead
     */
    record Mount(boolean mounted, Optional<UploadSession> session) {}

    Mount tryMount(Digest digest, String fromRepository) {
        String what = "mount the blob " + digest + " of " + fromRepository + " in " + routes.name();
        UploadRequests requests = new UploadRequests(routes);
        HttpReply reply = requests.mount(what, digest, fromRepository);
        if (reply.status() == 201) {
            return new Mount(true, Optional.empty());
        }
        if (reply.status() == 202) {
            return new Mount(false, Optional.of(requests.session(reply, 0, what)));
        }
        if (reply.status() >= 400 && reply.status() < 500 && reply.status() != 429) {
            // No right to read there, or a registry that knows no mounts: the ordinary upload tells what is really
            // wrong.
            return new Mount(false, Optional.empty());
        }
        throw HttpFailures.of(reply, what);
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new StorageException("Could not open " + file + " to upload it: " + e.getMessage(), e);
        }
    }
}
