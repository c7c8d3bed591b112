package io.sandboximage.progress;

/**
 * The names of {@link ProgressEvent.Fact}s and of their values. Numbers are decimal, truth is {@code true} or {@code false}. Later
 * versions may add names and values.
 */
public final class ProgressFacts {
    /** A task is a step of a pipeline: {@link #KIND}, {@link #NAME} and {@link #REQUIRED}, as its plan has them. */
    public static final String STEP = "step";

    /** What a run made or found, on its root: {@link #DIGEST}, {@link #SIZE_BYTES} of all blobs, each counted once. */
    public static final String IMAGE = "image";

    /** A layer of it, lowest first: {@link #PLATFORM}, {@link #DIGEST}, {@link #SIZE_BYTES} as stored, {@link #CREATED_BY}. */
    public static final String LAYER = "layer";

    /** A task is about one blob: {@link #DIGEST}, {@link #SIZE_BYTES}, {@link #WAY}. */
    public static final String BLOB = "blob";

    /** A task knows how much its parts will count together: {@link #SIZE_BYTES}. */
    public static final String EXPECTED = "expected";

    /** What a destination got: {@link #BLOBS_COPIED}, {@link #BLOBS_MOUNTED}, {@link #BLOBS_PRESENT}, {@link #BYTES_COPIED}. */
    public static final String DELIVERY = "delivery";

    /** What was made that boots: {@link #KIND}, {@link #NAME}, {@link #REUSED}, and {@link #SIZE_BYTES} where known. */
    public static final String SNAPSHOT = "snapshot";

    /**
     * What of the image was read while several destinations shared it, on the root: {@link #BYTES_READ} from where it is, and
     * {@link #BYTES_SHARED}, which without the sharing would have been read from there too.
     */
    public static final String READING = "reading";

    /** A task is a step of a build daemon's: {@link #DIGEST}, and {@link #INPUTS}, the digests of those it needs. */
    public static final String VERTEX = "vertex";

    public static final String KIND = "kind";
    public static final String NAME = "name";
    public static final String REQUIRED = "required";
    public static final String DIGEST = "digest";
    public static final String SIZE_BYTES = "sizeBytes";
    public static final String PLATFORM = "platform";
    /** The instruction that made a layer, as the image's history has it. */
    public static final String CREATED_BY = "createdBy";
    /** How a blob came to be there: {@code copied}, {@code mounted} or {@code present}. */
    public static final String WAY = "way";

    public static final String BLOBS_COPIED = "blobsCopied";
    public static final String BLOBS_MOUNTED = "blobsMounted";
    public static final String BLOBS_PRESENT = "blobsPresent";
    public static final String BYTES_COPIED = "bytesCopied";
    public static final String BYTES_READ = "bytesRead";
    public static final String BYTES_SHARED = "bytesShared";
    public static final String REUSED = "reused";
    /** Separated by spaces. */
    public static final String INPUTS = "inputs";

    private ProgressFacts() {}
}
