package io.sandboximage.registry;

import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.registry.internal.auth.Scopes;
import java.util.Optional;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** The manifests and indexes of one repository (distribution spec, "Pulling manifests", "Pushing manifests"). Thread-safe. */
public final class Manifests {
    private static final String ACCEPT = String.join(
            ", ",
            MediaTypes.OCI_INDEX,
            MediaTypes.DOCKER_MANIFEST_LIST,
            MediaTypes.OCI_MANIFEST,
            MediaTypes.DOCKER_MANIFEST,
            "*/*;q=0.1");
    private static final String DIGEST_HEADER = "Docker-Content-Digest";
    private static final String SUBJECT_HEADER = "OCI-Subject";
    private static final int MAX_SMALL_ANSWER = 64 * 1024;

    private final Routes routes;
    private final Referrers referrers;

    Manifests(Routes routes) {
        this.routes = routes;
        this.referrers = new Referrers(routes, this);
    }

    /**
     * @param reference tag or digest
     * @throws io.sandboximage.error.NotFoundException if there is none
     * @throws IntegrityException if the bytes have another digest than asked for or than the registry says
     * @throws InvalidContentException if it is no JSON or larger than 4 MiB
     */
    public ManifestContent get(String reference) {
        String what = "pull the manifest of " + name(reference);
        HttpReply reply = routes.connection()
                .fetch(RegistryRequest.repeatable(what, builder(reference), routes.pull()), Manifest.MAX_BYTES);
        requireSuccess(reply, what);
        byte[] bytes = reply.body();
        Digest digest = verify(reply, reference, bytes, what);
        String type = ManifestTypes.of(reply.header("Content-Type").orElse(""), bytes, digest);
        return new ManifestContent(Descriptor.of(type, digest, bytes.length), bytes);
    }

    /**
     * Asks for a manifest without fetching it, where the registry tells enough in its headers.
     *
     * @return empty if there is none
     */
    public Optional<Descriptor> head(String reference) {
        return head(reference, routes.pull());
    }

    Optional<Descriptor> head(String reference, Scopes scopes) {
        String what = "look up the manifest of " + name(reference);
        RegistryRequest request =
                new RegistryRequest(what, builder(reference).head().build(), scopes, true, false);
        HttpReply reply = routes.connection().fetch(request, MAX_SMALL_ANSWER);
        if (reply.status() == 404) {
            return Optional.empty();
        }
        requireSuccess(reply, what);
        Optional<Digest> digest = headerDigest(reply);
        Optional<Long> size = reply.header("Content-Length").flatMap(Manifests::length);
        String type = ManifestTypes.plain(reply.header("Content-Type").orElse(""));
        if (digest.isEmpty() || size.isEmpty() || !ManifestTypes.isKnown(type)) {
            return Optional.of(get(reference).descriptor());
        }
        return Optional.of(Descriptor.of(type, digest.get(), size.get()));
    }

    /**
     * Pushes a manifest whose blobs are there already. Where it has a subject and the registry does not keep referrers itself,
     * the tag that lists the subject's referrers is updated.
     *
     * @param reference tag, or the digest of the bytes
     * @return names what was pushed
     * @throws InvalidRequestException if the registry finds it wrong, for instance because a blob is missing
     */
    public Descriptor put(String reference, String mediaType, byte[] bytes) {
        String what = "push the manifest of " + name(reference);
        Digest digest = reference.indexOf(':') >= 0 ? Digest.parse(reference) : Digest.sha256(bytes);
        if (!digest.matches(bytes)) {
            throw new IntegrityException("Could not " + what + ": the bytes to push have another digest");
        }
        RequestBody body = RequestBody.create(bytes, MediaType.get(mediaType));
        RegistryRequest request = new RegistryRequest(
                what,
                new Request.Builder().url(routes.manifest(reference)).put(body).build(),
                routes.push(),
                true,
                true);
        HttpReply reply = routes.connection().fetch(request, MAX_SMALL_ANSWER);
        requireSuccess(reply, what);
        headerDigest(reply).filter(d -> d.algorithm() == digest.algorithm()).ifPresent(stored -> {
            if (!stored.equals(digest)) {
                throw new IntegrityException("Could not " + what + ": the registry stored " + stored + " instead of "
                        + digest + ". Something between changed the bytes");
            }
        });
        Descriptor pushed = Descriptor.of(mediaType, digest, bytes.length);
        if (reply.header(SUBJECT_HEADER).isEmpty()) {
            referrers.register(pushed, bytes);
        }
        return pushed;
    }

    /**
     * Deletes a tag or, by digest, a manifest with all its tags.
     *
     * @throws InvalidRequestException if the registry does not allow deletion
     * @throws io.sandboximage.error.NotFoundException if there is none
     */
    public void delete(String reference) {
        String what = "delete the manifest of " + name(reference);
        HttpReply reply = routes.connection()
                .fetch(
                        RegistryRequest.repeatable(
                                what,
                                new Request.Builder()
                                        .url(routes.manifest(reference))
                                        .delete(),
                                routes.delete()),
                        MAX_SMALL_ANSWER);
        requireSuccess(reply, what);
    }

    Referrers referrers() {
        return referrers;
    }

    private Request.Builder builder(String reference) {
        return new Request.Builder()
                .url(routes.manifest(reference))
                .header("Accept", ACCEPT)
                // With gzip, the length that HEAD tells would not be the manifest's.
                .header("Accept-Encoding", "identity");
    }

    private String name(String reference) {
        return routes.name() + (reference.indexOf(':') >= 0 ? "@" : ":") + reference;
    }

    private static Digest verify(HttpReply reply, String reference, byte[] bytes, String what) {
        Optional<Digest> asked = reference.indexOf(':') >= 0 ? Optional.of(Digest.parse(reference)) : Optional.empty();
        Optional<Digest> stated = headerDigest(reply);
        for (Digest digest : Stream.concat(asked.stream(), stated.stream()).toList()) {
            if (!digest.matches(bytes)) {
                throw new IntegrityException("Could not " + what + ": its bytes have the digest " + Digest.sha256(bytes)
                        + " instead of " + digest + ". It was corrupted or changed on its way or in the registry");
            }
        }
        return asked.or(() -> stated).orElseGet(() -> Digest.sha256(bytes));
    }

    private static Optional<Digest> headerDigest(HttpReply reply) {
        return reply.header(DIGEST_HEADER).flatMap(text -> {
            try {
                return Optional.of(Digest.parse(text.strip()));
            } catch (InvalidContentException unknownAlgorithm) {
                return Optional.empty();
            }
        });
    }

    private static Optional<Long> length(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip())).filter(n -> n > 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static void requireSuccess(HttpReply reply, String what) {
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
    }
}
