package io.sandboximage.registry;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.internal.io.BoundedInputStream;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.InputStream;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Reads blobs (distribution spec, "Pulling blobs"). */
final class BlobDownloads {
    private final Routes routes;
    private final boolean foreignUrls;

    /** @param foreignUrls whether a blob that the registry lacks may be had from the {@code urls} of its descriptor */
    BlobDownloads(Routes routes, boolean foreignUrls) {
        this.routes = routes;
        this.foreignUrls = foreignUrls;
    }

    InputStream open(Descriptor blob) {
        String what = "pull the blob " + routes.name() + "@" + blob.digest();
        InputStream raw;
        try {
            raw = stream(routes.blob(blob.digest()), what, 0, blob.sizeBytes(), true);
        } catch (NotFoundException e) {
            if (!foreignUrls || blob.urls().isEmpty()) {
                throw e;
            }
            raw = elsewhere(blob, what, e);
        }
        return new VerifyingInputStream(raw, blob, routes.name());
    }

    InputStream openRange(Digest digest, long offset, long length) {
        if (offset < 0 || length < 1 || offset + length < 0) {
            throw new InvalidRequestException("A range of " + length + " bytes from " + offset
                    + " on is not valid: give an offset from 0 and a" + " length from 1");
        }
        String what = "pull bytes " + offset + " to " + (offset + length - 1) + " of the blob " + routes.name() + "@"
                + digest;
        InputStream stream = stream(routes.blob(digest), what, offset, offset + length, false);
        return new BoundedInputStream(stream, length);
    }

    private InputStream stream(HttpUrl url, String what, long start, long end, boolean whole) {
        ResumingInputStream.Opener opener = (from, etag) -> routes.connection()
                .open(RegistryRequest.repeatable(what, request(url, from, whole ? -1 : end, etag), routes.pull()));
        return new ResumingInputStream(opener, routes.connection().retries(), what, start, end);
    }

    private InputStream elsewhere(Descriptor blob, String what, NotFoundException notHere) {
        SandboxImageException last = notHere;
        for (String address : blob.urls()) {
            @Nullable HttpUrl url = HttpUrl.parse(address);
            if (url == null || !url.isHttps()) {
                last = new InvalidContentException("Could not " + what
                        + ": the registry lacks it, and its descriptor names an address that is not https");
                continue;
            }
            try {
                return new ResumingInputStream(
                        (from, etag) ->
                                openElsewhere(what, request(url, from, -1, etag).build()),
                        routes.connection().retries(),
                        what,
                        0,
                        blob.sizeBytes());
            } catch (SandboxImageException e) {
                last = e;
            }
        }
        throw last;
    }

    private HttpStream openElsewhere(String what, Request request) {
        return routes.connection().openElsewhere(what, request);
    }

    /** @param end offset after the last byte; negative for all there is */
    private static Request.Builder request(HttpUrl url, long from, long end, Optional<String> etag) {
        // Without this okhttp would ask for gzip and unpack it, and the bytes would not be the blob's.
        Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
        if (from > 0 || end >= 0) {
            request.header("Range", "bytes=" + from + "-" + (end >= 0 ? end - 1 : ""));
            etag.ifPresent(tag -> request.header("If-Range", tag));
        }
        return request;
    }
}
