package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /v2/<name>/blobs/uploads/…}: pushing blobs in one request, in two, in chunks, or by mounting. */
final class UploadEndpoint implements Endpoint {
    /** The specification has plain numbers; some clients send the form of the HTTP header proper. */
    private static final Pattern CONTENT_RANGE = Pattern.compile("(?:bytes[ =])?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

    private final Catalog catalog;
    private final Uploads uploads;

    UploadEndpoint(Catalog catalog, Uploads uploads) {
        this.catalog = catalog;
        this.uploads = uploads;
    }

    @Override
    public void handle(Call call, Route route) throws IOException {
        catalog.checkWritable(route.repository());
        if (route.kind() == Route.Kind.UPLOADS) {
            if (!call.method().equals("POST")) {
                throw Endpoint.notAllowed("POST");
            }
            begin(call, route.repository()).send(call);
            return;
        }
        switch (call.method()) {
            case "GET", "HEAD", "PATCH", "PUT", "DELETE" -> {}
            default -> throw Endpoint.notAllowed("GET, PATCH, PUT, DELETE");
        }
        Answer answer;
        Upload upload = uploads.acquire(route.repository(), route.reference());
        try {
            answer = advance(call, upload);
        } finally {
            uploads.release(upload);
        }
        // Only now, as the client may use the upload again as soon as it has the answer.
        answer.send(call);
    }

    private Answer advance(Call call, Upload upload) throws IOException {
        switch (call.method()) {
            case "PATCH" -> {
                append(call, upload);
                return progress(upload, 202);
            }
            case "PUT" -> {
                Digest digest = Catalog.digest(call.query("digest").orElse(""));
                append(call, upload);
                return finish(upload, digest);
            }
            case "DELETE" -> {
                upload.end();
                return new Answer(204, Map.of());
            }
            default -> {
                return progress(upload, 204);
            }
        }
    }

    private Answer begin(Call call, String repository) throws IOException {
        Optional<String> mount = call.query("mount");
        if (mount.isPresent()) {
            Digest digest = Catalog.digest(mount.get());
            if (mount(call, repository, digest)) {
                return created(repository, digest);
            }
        }
        Optional<Digest> digest =
                mount.isPresent() ? Optional.empty() : call.query("digest").map(Catalog::digest);
        Upload upload = uploads.begin(repository);
        boolean kept = false;
        try {
            if (digest.isPresent()) {
                upload.append(call);
                return finish(upload, digest.get());
            }
            kept = true;
            return progress(upload, 202);
        } finally {
            if (!kept) {
                upload.end();
            }
            uploads.release(upload);
        }
    }

    /** Mounts from the named repository, or from any where none is named; false if none has the blob. */
    private boolean mount(Call call, String repository, Digest digest) {
        Repositories stored = catalog.stored();
        Optional<String> from = call.query("from").filter(name -> !name.isEmpty());
        Optional<StoredRepository> holder = from.isPresent()
                ? stored.find(checkedName(from.get())).filter(r -> r.hasBlob(digest))
                : stored.holderOf(digest);
        return holder.isPresent() && stored.create(repository).linkBlob(digest);
    }

    private void append(Call call, Upload upload) throws IOException {
        Optional<String> header = call.header("Content-Range");
        if (header.isPresent()) {
            checkRange(call, upload, header.get());
        }
        upload.append(call);
    }

    private void checkRange(Call call, Upload upload, String header) {
        Matcher matcher = CONTENT_RANGE.matcher(header.trim());
        if (!matcher.matches()) {
            throw new RegistryException(
                    400, RegistryException.BLOB_UPLOAD_INVALID, "the Content-Range is not <first>-<last>");
        }
        long first = Long.parseLong(matcher.group(1));
        long length = Long.parseLong(matcher.group(2)) - first + 1;
        if (first != upload.size()) {
            throw new RegistryException(
                            416,
                            RegistryException.BLOB_UPLOAD_INVALID,
                            "the chunk begins at " + first + ", but " + upload.size() + " bytes have arrived")
                    .header("Location", location(upload))
                    .header("Range", range(upload));
        }
        if (call.contentLength() >= 0 && call.contentLength() != length) {
            throw new RegistryException(
                    400,
                    RegistryException.SIZE_INVALID,
                    "the Content-Range has " + length + " bytes, the body " + call.contentLength());
        }
    }

    private Answer finish(Upload upload, Digest digest) throws IOException {
        upload.finish(catalog.stored().create(upload.repository()), digest);
        return created(upload.repository(), digest);
    }

    private static Answer created(String repository, Digest digest) {
        return new Answer(
                201, Map.of("Location", "/v2/" + repository + "/blobs/" + digest, CONTENT_DIGEST, digest.toString()));
    }

    private static Answer progress(Upload upload, int status) {
        return new Answer(
                status,
                Map.of("Location", location(upload), "Range", range(upload), "Docker-Upload-UUID", upload.id()));
    }

    private static String location(Upload upload) {
        return "/v2/" + upload.repository() + "/blobs/uploads/" + upload.id();
    }

    /** The protocol has no form for "nothing yet"; like other registries we say 0-0. */
    private static String range(Upload upload) {
        return "0-" + Math.max(0, upload.size() - 1);
    }

    private static String checkedName(String name) {
        if (!Route.isRepository(name)) {
            throw new RegistryException(400, RegistryException.NAME_INVALID, "not a repository name");
        }
        return name;
    }

    private record Answer(int status, Map<String, String> headers) {
        void send(Call call) throws IOException {
            headers.forEach(call::setHeader);
            call.sendEmpty(status);
        }
    }
}
