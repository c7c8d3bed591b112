package io.sandboximage.registry;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpStatus;
import io.sandboximage.internal.http.RetryAfter;
import io.sandboximage.internal.http.RetryBudget;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Uploads one blob, once:
 *
 * <ol>
 *   <li>a small one: POST with the digest and all bytes, if the registry knows that;
 *   <li>POST to begin, then PUT with all bytes and the digest, or PATCH for each chunk and PUT with the digest alone;
 *   <li>after a break: GET what the registry has, and PATCH the rest; where it has lost the upload, begin again.
 * </ol>
 */
final class BlobUpload {
    private final UploadRequests requests;
    private final UploadSettings settings;
    private final Descriptor blob;
    private final BlobContent content;
    private final UploadProgress progress;
    private final RetryBudget budget;
    private final AtomicBoolean refusesSinglePost;
    private final BooleanSupplier exists;
    private final String what;

    private boolean chunked;
    private long furthest;
    private @Nullable UploadSession session;

    /**
     * @param begun an upload that a failed mount began
     * @param exists asks the registry whether the blob is there
     */
    BlobUpload(
            Routes routes,
            UploadSettings settings,
            Descriptor blob,
            BlobContent content,
            UploadProgress progress,
            Optional<UploadSession> begun,
            BooleanSupplier exists) {
        this.requests = new UploadRequests(routes);
        this.settings = settings;
        this.blob = blob;
        this.content = content;
        this.progress = progress;
        this.exists = exists;
        this.what = "push the blob " + blob.digest() + " to " + routes.name();
        this.budget = routes.connection().retries().begin("trying to " + what);
        this.refusesSinglePost = routes.connection().refusesSinglePost();
        this.chunked = blob.sizeBytes() >= settings.chunkedFrom();
        this.session = begun.orElse(null);
    }

    /** An upload that did not get through but may at another try. */
    private static final class Broken extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient SandboxImageException failure;
        private final transient Optional<Duration> wait;
        private final boolean lost;

        /** @param lost whether there is no point in asking for the upload again */
        Broken(SandboxImageException failure, Optional<Duration> wait, boolean lost) {
            super(failure);
            this.failure = failure;
            this.wait = wait;
            this.lost = lost;
        }
    }

    void run() {
        boolean done = false;
        try {
            while (!done) {
                done = attempt();
            }
        } finally {
            UploadSession open = session;
            if (!done && open != null && !Thread.currentThread().isInterrupted()) {
                requests.cancel(open);
            }
        }
    }

    private boolean attempt() {
        try {
            if (session == null && singlePost()) {
                return true;
            }
            sendAndCommit();
            return true;
        } catch (Broken broken) {
            if (!budget.pause(broken.wait)) {
                throw broken.failure;
            }
            recover(broken);
            // A commit whose answer was lost has worked all the same.
            return session == null && exists.getAsBoolean();
        }
    }

    private boolean singlePost() throws Broken {
        if (chunked || blob.sizeBytes() >= settings.singlePostBelow() || refusesSinglePost.get()) {
            return false;
        }
        BlobBody body = body(0, blob.sizeBytes());
        HttpReply reply = exchange(body, () -> requests.single(what, blob.digest(), body));
        if (reply.status() == 201) {
            return true;
        }
        if (reply.status() == 202) {
            refusesSinglePost.set(true);
            session = requests.session(reply, 0, what);
            return false;
        }
        if (reply.status() == 401 || reply.status() == 403 || HttpStatus.mayPass(reply.status())) {
            requireSuccess(reply);
        }
        refusesSinglePost.set(true);
        return false;
    }

    private void sendAndCommit() throws Broken {
        UploadSession open = session;
        if (open == null) {
            open = requests.start(what);
            session = open;
        }
        long size = blob.sizeBytes();
        if (open.offset() == 0 && !chunked) {
            UploadSession whole = open;
            BlobBody body = body(0, size);
            requireSuccess(exchange(body, () -> requests.put(what, whole, blob.digest(), Optional.of(body))));
            return;
        }
        while (open.offset() < size) {
            open = sendChunk(open);
            session = open;
        }
        UploadSession complete = open;
        requireSuccess(exchange(body(size, size), () -> requests.put(what, complete, blob.digest(), Optional.empty())));
    }

    private UploadSession sendChunk(UploadSession open) throws Broken {
        long chunk = chunked ? Math.max(settings.chunkBytes(), open.minChunk()) : Long.MAX_VALUE;
        long to = blob.sizeBytes() - open.offset() <= chunk ? blob.sizeBytes() : open.offset() + chunk;
        BlobBody body = body(open.offset(), to);
        HttpReply reply = exchange(body, () -> requests.patch(what, open, to, body));
        requireSuccess(reply);
        // The registry may have taken less than it was sent; 0-0 also stands for nothing.
        long received = reply.header("Range")
                .flatMap(ContentRange::parse)
                .map(r -> r.last() + 1)
                .filter(n -> n > open.offset() && n <= to)
                .orElse(to);
        if (received > furthest) {
            furthest = received;
            budget.progressed();
        }
        return requests.next(reply, open, received);
    }

    private void recover(Broken broken) {
        UploadSession open = session;
        if (open == null) {
            return;
        }
        if (broken.lost) {
            session = null;
            return;
        }
        session = requests.status(what, open)
                .filter(s -> s.offset() <= blob.sizeBytes())
                .orElse(null);
    }

    private HttpReply exchange(BlobBody body, Supplier<HttpReply> request) throws Broken {
        try {
            return request.get();
        } catch (UnavailableException e) {
            SandboxImageException source = body.failure();
            if (source != null) {
                throw source;
            }
            throw new Broken(e, Optional.empty(), false);
        }
    }

    private void requireSuccess(HttpReply reply) throws Broken {
        if (reply.successful()) {
            return;
        }
        SandboxImageException failure = HttpFailures.of(reply, what);
        int status = reply.status();
        if (status == 413 && !chunked && blob.sizeBytes() > settings.chunkBytes()) {
            chunked = true;
            throw new Broken(failure, Optional.empty(), true);
        }
        boolean lost = status == 404 || HttpFailures.remoteError(reply).code().equals("BLOB_UPLOAD_INVALID");
        if (lost || status == 416 || HttpStatus.mayPass(status)) {
            throw new Broken(failure, RetryAfter.of(reply.headers(), Clock.systemUTC()), lost);
        }
        throw failure;
    }

    private BlobBody body(long from, long to) {
        return new BlobBody(blob, content, from, to, progress);
    }
}
