package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.daytona.internal.context.ContextArchive;
import io.sandboximage.daytona.internal.s3.S3Bucket;
import io.sandboximage.daytona.internal.s3.S3Signer;
import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.daytona.snapshot.StoredContext;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import okhttp3.HttpUrl;

/** Where build contexts wait for Daytona's builder. Thread-safe. */
public final class ObjectStorage {
    /** What servers before 0.205 mean, which do not tell it. */
    private static final String DEFAULT_REGION = "us-east-1";

    private static final String FILE = "context.tar";

    private final Api api;

    ObjectStorage(Api api) {
        this.api = api;
    }

    /**
     * Sends the files of a context, unless they are there already. Symbolic links are refused before anything is sent unless they
     * are followed; of empty directories, which the builder does not see, there is a warning.
     *
     * @throws io.sandboximage.error.InvalidRequestException if the context cannot be sent; the message names the files
     * @throws io.sandboximage.error.UnavailableException if the server has no object storage
     */
    public StoredContext store(BuildContext context, ProgressTask progress) {
        try (ProgressTask task = progress.child("build context " + context.directory());
                TemporaryDirectory folder = TemporaryDirectory.create("daytona-context")) {
            ContextArchive archive = ContextArchive.write(context, folder.path().resolve(FILE));
            if (!archive.emptyDirectories().isEmpty()) {
                task.warn("Daytona's builder does not see empty directories: "
                        + String.join(", ", archive.emptyDirectories()));
            }
            boolean uploaded = upload(archive, task);
            if (uploaded) {
                task.done(archive.sizeBytes() + " bytes");
            } else {
                task.cached("there already");
            }
            return new StoredContext(archive.hash(), archive.sizeBytes(), uploaded);
        }
    }

    private boolean upload(ContextArchive archive, ProgressTask task) {
        String what = "get access to the object storage";
        JsonView access = api.get(what, api.url("object-storage", "push-access").build());
        HttpUrl bucket = api.elsewhere(
                        what,
                        JsonLenient.required(access, "storageUrl", what),
                        JsonLenient.required(access, "bucket", what))
                .build();
        S3Signer signer = new S3Signer(
                JsonLenient.required(access, "accessKey", what),
                JsonLenient.required(access, "secret", what),
                JsonLenient.text(access, "sessionToken").orElse(""),
                JsonLenient.text(access, "region").orElse(DEFAULT_REGION));
        String prefix = JsonLenient.required(access, "organizationId", what) + "/" + archive.hash() + "/";
        try (S3Bucket storage = new S3Bucket(bucket, signer, api.pace().clock());
                ProgressTask upload = task.child("upload", ProgressUnit.BYTES, archive.sizeBytes())) {
            boolean there = storage.hasObjects(prefix);
            if (!there) {
                storage.put(prefix + FILE, archive.file(), archive.hash(), upload);
            }
            upload.done();
            return !there;
        }
    }
}
