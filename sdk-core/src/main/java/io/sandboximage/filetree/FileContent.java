package io.sandboximage.filetree;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a regular file holds: its size, and where in it there is data; between the data ranges it is a hole that reads as
 * zeros. Where the bytes come from is the business of who made it, who may subclass this to remember.
 */
public class FileContent {
    public static final FileContent EMPTY = new FileContent(0, List.of());

    private final long sizeBytes;
    /** Null for a file without holes: an image has a million of those, and a list for each would take more than all else of it. */
    private final @Nullable List<Range> data;

    /**
     * @param sizeBytes apparent size of the file
     * @param data ranges in ascending order that neither overlap nor pass the size
     */
    public FileContent(long sizeBytes, List<Range> data) {
        this.sizeBytes = sizeBytes;
        this.data = List.copyOf(data);
    }

    /** A file without holes. */
    public FileContent(long sizeBytes) {
        this.sizeBytes = sizeBytes;
        this.data = null;
    }

    public final long sizeBytes() {
        return sizeBytes;
    }

    public final List<Range> data() {
        if (data != null) {
            return data;
        }
        return sizeBytes == 0 ? List.of() : List.of(new Range(0, sizeBytes));
    }

    /** Whether it was made as a file without holes, of which the size tells everything. */
    public final boolean withoutHoles() {
        return data == null;
    }

    /** Bytes in data ranges. */
    public final long dataBytes() {
        return data == null ? sizeBytes : data.stream().mapToLong(Range::length).sum();
    }

    /** @param offset first byte, in the file */
    public record Range(long offset, long length) {}
}
