package io.sandboximage.daytona.internal.s3;

import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** One bucket of an object storage, addressed by path. */
public final class S3Bucket implements AutoCloseable {
    private static final MediaType TAR = MediaType.get("application/x-tar");
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,64})</Code>");

    private final HttpUrl bucket;
    private final S3Signer signer;
    private final Clock clock;
    private final HttpTransport http = new HttpTransport(HttpSettings.defaults());

    /** @param bucket the storage's address with the bucket's name as its path */
    public S3Bucket(HttpUrl bucket, S3Signer signer, Clock clock) {
        this.bucket = bucket;
        this.signer = signer;
        this.clock = clock;
    }

    /** Whether there is an object below the prefix. Daytona allows lists below the organisation's own prefix only. */
    public boolean hasObjects(String prefix) {
        String what = "look for " + prefix + " in the object storage";
        HttpUrl url = bucket.newBuilder()
                .addQueryParameter("list-type", "2")
                .addQueryParameter("max-keys", "1")
                .addQueryParameter("prefix", prefix)
                .build();
        Request request = new Request.Builder().url(url).build();
        HttpReply reply = http.fetch(
                HttpCall.repeatable(what, signer.sign(request, S3Signer.sha256(""), clock.instant())),
                MAX_ANSWER_BYTES);
        if (!reply.successful()) {
            throw failure(reply, what);
        }
        return new String(reply.body(), StandardCharsets.UTF_8).contains("<Key>");
    }

    /** @param sha256 of the file, in hex; the storage refuses a body that does not match */
    public void put(String key, Path file, String sha256, ProgressTask progress) {
        String what = "upload the build context to the object storage";
        HttpUrl.Builder url = bucket.newBuilder();
        for (String segment : key.split("/")) {
            url.addPathSegment(segment);
        }
        Request request = new Request.Builder()
                .url(url.build())
                .put(new FileBody(file, progress))
                .build();
        HttpReply reply = http.fetch(
                new HttpCall(what, signer.sign(request, sha256, clock.instant()), true, true), MAX_ANSWER_BYTES);
        if (!reply.successful()) {
            throw failure(reply, what);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private static SandboxImageException failure(HttpReply reply, String what) {
        Matcher code = CODE.matcher(new String(reply.body(), StandardCharsets.UTF_8));
        String text = "Could not " + what + ": " + reply.url().host() + " answered " + reply.status()
                + (code.find() ? " " + code.group(1) : "");
        return reply.status() == 403 || reply.status() == 401
                ? new AccessDeniedException(text
                        + ". Daytona's temporary credentials were refused: check this machine's clock, and try again")
                : new UnavailableException(text + ". Try again later");
    }

    /** A file that can be sent again. */
    private static final class FileBody extends RequestBody {
        private final Path file;
        private final long size;
        private final ProgressTask progress;

        FileBody(Path file, ProgressTask progress) {
            this.file = file;
            this.progress = progress;
            try {
                this.size = Files.size(file);
            } catch (IOException e) {
                throw new StorageException("Could not read " + file + ": " + e.getMessage(), e);
            }
        }

        @Override
        public MediaType contentType() {
            return TAR;
        }

        @Override
        public long contentLength() {
            return size;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = Files.newInputStream(file)) {
                int count;
                while ((count = in.read(buffer)) >= 0) {
                    sink.write(buffer, 0, count);
                    progress.advance(count);
                }
            }
        }
    }
}
