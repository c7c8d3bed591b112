package io.sandboximage.registry.server;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.json.JsonView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;

/** {@code /v2/<name>/manifests/<reference>}: pull, push and delete of manifests and indexes. */
final class ManifestEndpoint implements Endpoint {
    private final Catalog catalog;

    ManifestEndpoint(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public void handle(Call call, Route route) throws IOException {
        switch (call.method()) {
            case "GET", "HEAD" -> pull(call, route);
            case "PUT" -> push(call, route);
            case "DELETE" -> delete(call, route);
            default -> throw Endpoint.notAllowed("GET, HEAD, PUT, DELETE");
        }
    }

    private void pull(Call call, Route route) throws IOException {
        RepositoryView repository = catalog.view(route.repository());
        Optional<Digest> digest;
        if (isDigest(route)) {
            digest = Optional.of(Catalog.digest(route.reference()));
        } else {
            digest = Route.isTag(route.reference()) ? repository.resolve(route.reference()) : Optional.empty();
        }
        RepositoryView.StoredManifest manifest =
                digest.flatMap(repository::manifest).orElseThrow(() -> unknown(route));
        call.setHeader(CONTENT_DIGEST, manifest.digest().toString());
        call.send(200, manifest.mediaType(), manifest.bytes());
    }

    private void push(Call call, Route route) throws IOException {
        catalog.checkWritable(route.repository());
        if (!isDigest(route) && !Route.isTag(route.reference())) {
            throw invalid("not a tag: up to 128 letters, digits, _ . -");
        }
        byte[] bytes = readBody(call);
        Digest digest = isDigest(route) ? Catalog.digest(route.reference()) : Digest.sha256(bytes);
        if (isDigest(route) && !digest.matches(bytes)) {
            throw new RegistryException(
                    400, RegistryException.DIGEST_INVALID, "the manifest does not have the digest " + digest);
        }
        ParsedManifest parsed = parse(call, bytes);
        StoredRepository repository = catalog.stored().create(route.repository());
        checkReferences(repository, parsed);
        repository.putManifest(digest, parsed, bytes, isDigest(route) ? null : route.reference());
        parsed.subject().ifPresent(s -> call.setHeader("OCI-Subject", s.digest().toString()));
        call.setHeader("Location", "/v2/" + route.repository() + "/manifests/" + digest);
        call.setHeader(CONTENT_DIGEST, digest.toString());
        call.sendEmpty(201);
    }

    private void delete(Call call, Route route) throws IOException {
        catalog.checkWritable(route.repository());
        StoredRepository repository = catalog.stored()
                .find(route.repository())
                .orElseThrow(() -> RegistryException.unknownRepository(route.repository()));
        boolean deleted = isDigest(route)
                ? repository.deleteManifest(Catalog.digest(route.reference()))
                : Route.isTag(route.reference()) && repository.deleteTag(route.reference());
        if (!deleted) {
            throw unknown(route);
        }
        call.sendEmpty(202);
    }

    private static byte[] readBody(Call call) throws IOException {
        if (call.contentLength() > Manifest.MAX_BYTES) {
            throw RegistryException.tooLarge("the manifest", Manifest.MAX_BYTES);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        call.copyBody((buffer, offset, length) -> {
            bytes.write(buffer, offset, length);
            if (bytes.size() > Manifest.MAX_BYTES) {
                throw RegistryException.tooLarge("the manifest", Manifest.MAX_BYTES);
            }
        });
        return bytes.toByteArray();
    }

    private static ParsedManifest parse(Call call, byte[] bytes) {
        try {
            Optional<String> own = JsonView.parse(bytes, Manifest.MAX_BYTES, "manifest")
                    .string("mediaType")
                    .filter(type -> !type.isEmpty());
            String type = call.header("Content-Type")
                    .map(ManifestEndpoint::withoutParameters)
                    .or(() -> own)
                    .orElse(MediaTypes.OCI_MANIFEST);
            if (!MediaTypes.isManifest(type) && !MediaTypes.isIndex(type)) {
                throw invalid("the media type " + type + " is none of a manifest or an index");
            }
            if (own.isPresent() && !own.get().equals(type)) {
                throw invalid("the Content-Type is " + type + ", but the manifest calls itself " + own.get());
            }
            return ParsedManifest.parse(bytes, type);
        } catch (InvalidContentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static void checkReferences(StoredRepository repository, ParsedManifest parsed) {
        for (Descriptor blob : parsed.blobs()) {
            if (!mayBeElsewhere(blob) && !repository.hasBlob(blob.digest())) {
                throw missing(blob);
            }
        }
        for (Descriptor child : parsed.children()) {
            if (!repository.hasManifest(child.digest()) && !repository.hasBlob(child.digest())) {
                throw missing(child);
            }
        }
    }

    /** Layers that may not be redistributed are named with the place where their owner offers them. */
    private static boolean mayBeElsewhere(Descriptor blob) {
        return !blob.urls().isEmpty()
                || blob.mediaType().contains(".nondistributable.")
                || blob.mediaType().contains(".foreign.");
    }

    private static String withoutParameters(String contentType) {
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).trim();
    }

    private static boolean isDigest(Route route) {
        return route.reference().indexOf(':') >= 0;
    }

    private static RegistryException missing(Descriptor descriptor) {
        return new RegistryException(
                400,
                RegistryException.MANIFEST_BLOB_UNKNOWN,
                "the manifest names " + descriptor.digest() + ", which the repository lacks");
    }

    private static RegistryException invalid(String why) {
        return new RegistryException(400, RegistryException.MANIFEST_INVALID, why);
    }

    private static RegistryException unknown(Route route) {
        return new RegistryException(
                404,
                RegistryException.MANIFEST_UNKNOWN,
                "the repository " + route.repository() + " has no manifest " + route.reference());
    }
}
