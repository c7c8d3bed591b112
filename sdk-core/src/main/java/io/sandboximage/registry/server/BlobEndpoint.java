package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** {@code /v2/<name>/blobs/<digest>}: pull, with ranges, and delete. */
final class BlobEndpoint implements Endpoint {
    private final Catalog catalog;

    BlobEndpoint(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public void handle(Call call, Route route) throws IOException {
        switch (call.method()) {
            case "GET", "HEAD" -> pull(call, route);
            case "DELETE" -> delete(call, route);
            default -> throw Endpoint.notAllowed("GET, HEAD, DELETE");
        }
    }

    private void pull(Call call, Route route) throws IOException {
        Digest digest = Catalog.digest(route.reference());
        RepositoryView.Blob blob = catalog.view(route.repository()).blob(digest).orElseThrow(() -> unknown(route));
        Optional<ByteRange> range = call.header("Range").flatMap(header -> ByteRange.parse(header, blob.size()));
        long length = range.map(ByteRange::length).orElse(blob.size());
        int status = range.isPresent() ? 206 : 200;
        call.setHeader("Accept-Ranges", "bytes");
        call.setHeader("Content-Type", "application/octet-stream");
        call.setHeader(CONTENT_DIGEST, digest.toString());
        range.ifPresent(
                r -> call.setHeader("Content-Range", "bytes " + r.first() + "-" + r.last() + "/" + blob.size()));
        if (call.isHead()) {
            call.sendHead(status, length);
            return;
        }
        boolean toEnd = range.isEmpty() || range.get().last() == blob.size() - 1;
        try (InputStream in = blob.open(range.map(ByteRange::first).orElse(0L))) {
            call.sendStream(status, in, length, toEnd);
        } catch (NoSuchFileException e) {
            throw unknown(route); // Deleted since it was looked up.
        }
    }

    private void delete(Call call, Route route) throws IOException {
        catalog.checkWritable(route.repository());
        Digest digest = Catalog.digest(route.reference());
        StoredRepository repository = catalog.stored()
                .find(route.repository())
                .orElseThrow(() -> RegistryException.unknownRepository(route.repository()));
        if (!repository.deleteBlob(digest)) {
            throw unknown(route);
        }
        call.sendEmpty(202);
    }

    private static RegistryException unknown(Route route) {
        return new RegistryException(
                404,
                RegistryException.BLOB_UNKNOWN,
                "the repository " + route.repository() + " has no blob " + route.reference());
    }
}
