package io.sandboximage.registry;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.registry.internal.auth.Scopes;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The requests that uploads are made of (distribution spec, "Pushing Blobs"). */
final class UploadRequests {
    static final int MAX_ANSWER = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(UploadRequests.class);
    private static final RequestBody EMPTY = RequestBody.create(new byte[0], null);

    private final Routes routes;

    UploadRequests(Routes routes) {
        this.routes = routes;
    }

    /** POST: begins an upload. */
    UploadSession start(String what) {
        HttpReply reply = post(what, routes.uploads().build(), EMPTY, routes.push());
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
        return session(reply, 0, what);
    }

    /** POST with the digest: the whole blob at once. Any answer may come. */
    HttpReply single(String what, Digest digest, BlobBody body) {
        HttpUrl url = routes.uploads()
                .addEncodedQueryParameter("digest", digest.toString())
                .build();
        return send(what, new Request.Builder().url(url).post(body).build(), true);
    }

    /** POST with mount and from; 201 if it worked, 202 with an upload to go on with otherwise. */
    HttpReply mount(String what, Digest digest, String fromRepository) {
        HttpUrl url = routes.uploads()
                .addEncodedQueryParameter("mount", digest.toString())
                .addQueryParameter("from", fromRepository)
                .build();
        return post(what, url, EMPTY, routes.push().and(Scopes.pull(fromRepository)));
    }

    /** PATCH: one chunk. Any answer may come. */
    HttpReply patch(String what, UploadSession session, long to, BlobBody body) {
        Request request = new Request.Builder()
                .url(session.location())
                .header("Content-Range", session.offset() + "-" + (to - 1))
                .patch(body)
                .build();
        return send(what, request, false);
    }

    /** PUT with the digest: ends the upload, with all of the blob or with nothing more. Any answer may come. */
    HttpReply put(String what, UploadSession session, Digest digest, Optional<BlobBody> body) {
        HttpUrl url = session.location()
                .newBuilder()
                .addEncodedQueryParameter("digest", digest.toString())
                .build();
        Request request = new Request.Builder()
                .url(url)
                .put(body.<RequestBody>map(b -> b).orElse(EMPTY))
                .build();
        return send(what, request, true);
    }

    /** GET: what the registry has of an upload; empty if it knows nothing of it any more. */
    Optional<UploadSession> status(String what, UploadSession session) {
        HttpReply reply = routes.connection()
                .fetch(
                        RegistryRequest.repeatable(what, new Request.Builder().url(session.location()), routes.push()),
                        MAX_ANSWER);
        if (!reply.successful()) {
            return Optional.empty();
        }
        Optional<ContentRange> range = reply.header("Range").flatMap(ContentRange::parse);
        // An upload without a byte also reports 0-0.
        long received = range.filter(r -> r.last() > 0).map(r -> r.last() + 1).orElse(0L);
        return Optional.of(next(reply, session, received));
    }

    /** DELETE: gives an upload up. Registries collect what is left behind, so a failure is of no consequence. */
    void cancel(UploadSession session) {
        String what = "cancel an upload to " + routes.name();
        try {
            Request request =
                    new Request.Builder().url(session.location()).delete().build();
            routes.connection().fetch(new RegistryRequest(what, request, routes.push(), false, false), MAX_ANSWER);
        } catch (SandboxImageException e) {
            LOG.debug("{}", e.getMessage());
        }
    }

    /** The upload that an answer to POST names. */
    UploadSession session(HttpReply reply, long offset, String what) {
        String location = reply.header("Location")
                .orElseThrow(() -> new InvalidContentException("Could not " + what + ": the registry "
                        + routes.connection().host().name() + " began an upload but did not say where"));
        long minChunk = reply.header("OCI-Chunk-Min-Length")
                .filter(text -> text.matches("[0-9]{1,15}"))
                .map(Long::parseLong)
                .orElse(0L);
        return new UploadSession(routes.connection().resolve(reply.url(), location), offset, minChunk);
    }

    /** The same upload after an answer to PATCH or GET, which usually has a new address. */
    UploadSession next(HttpReply reply, UploadSession session, long offset) {
        HttpUrl location = reply.header("Location")
                .map(l -> routes.connection().resolve(reply.url(), l))
                .orElse(session.location());
        return new UploadSession(location, offset, session.minChunk());
    }

    private HttpReply post(String what, HttpUrl url, RequestBody body, Scopes scopes) {
        Request.Builder request = new Request.Builder().url(url).post(body);
        return routes.connection().fetch(RegistryRequest.repeatable(what, request, scopes), MAX_ANSWER);
    }

    private HttpReply send(String what, Request request, boolean commits) {
        return routes.connection().fetch(new RegistryRequest(what, request, routes.push(), false, commits), MAX_ANSWER);
    }
}
