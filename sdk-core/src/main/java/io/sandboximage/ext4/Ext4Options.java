package io.sandboximage.ext4;

import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a new file system looks like, apart from its files. Immutable: every step gives a changed copy.
 *
 * <pre>{@code
 * Ext4Options options = Ext4Options.defaults().sizeBytes(10L << 30).label("rootfs").uuid(uuid);
 * }</pre>
 */
public final class Ext4Options {
    /** The size of the file system is a multiple of this many bytes. */
    public static final int BLOCK_BYTES = 4096;

    /** Longest label, in UTF-8 bytes. */
    public static final int MAX_LABEL_BYTES = 16;

    private static final long MAX_BYTES = 128L << 40;
    private static final int DEFAULT_FREE_PERCENT = 20;
    private static final int DEFAULT_BYTES_PER_INODE = 16 << 10;
    private static final Ext4Options DEFAULTS = new Ext4Options(new Fields());

    private final Fields fields;

    private Ext4Options(Fields fields) {
        this.fields = fields;
    }

    /** Automatic size with 20 % free space, a journal, no reserved blocks, everything else derived from the tree. */
    public static Ext4Options defaults() {
        return DEFAULTS;
    }

    /**
     * An exact size; it is rounded down to whole blocks of 4 KiB, and a remainder that is too small for a block group of its
     * own stays unused.
     *
     * @throws InvalidRequestException if it is below 256 KiB or above 128 TiB
     */
    public Ext4Options sizeBytes(long bytes) {
        if (bytes < 256 << 10 || bytes > MAX_BYTES) {
            throw new InvalidRequestException(
                    "A file system of " + bytes + " bytes is not possible: choose a size from 256 KiB to 128 TiB");
        }
        Fields changed = fields.copy();
        changed.sizeBytes = bytes;
        return new Ext4Options(changed);
    }

    /** As large as the content needs, plus {@link #freePercent()}; this is the default. */
    public Ext4Options automaticSize() {
        Fields changed = fields.copy();
        changed.sizeBytes = -1;
        return new Ext4Options(changed);
    }

    /**
     * The least size of a file system of automatic size; 0 by default.
     *
     * @throws InvalidRequestException if it is negative or above 128 TiB
     */
    public Ext4Options minimumBytes(long bytes) {
        requireRange("minimum size", bytes, 0, MAX_BYTES);
        Fields changed = fields.copy();
        changed.minimumBytes = bytes;
        return new Ext4Options(changed);
    }

    /**
     * Free space of a file system of automatic size, in place of {@link #freeBytes(long)}.
     *
     * @param percent of what content and metadata take, 0 to 10,000
     */
    public Ext4Options freePercent(int percent) {
        requireRange("free space", percent, 0, 10_000);
        Fields changed = fields.copy();
        changed.freePercent = percent;
        changed.freeBytes = -1;
        return new Ext4Options(changed);
    }

    /**
     * Free space of a file system of automatic size, in place of {@link #freePercent(int)}; there may be up to 1 MiB more.
     *
     * @throws InvalidRequestException if it is negative or above 128 TiB
     */
    public Ext4Options freeBytes(long bytes) {
        requireRange("free space", bytes, 0, MAX_BYTES);
        Fields changed = fields.copy();
        changed.freeBytes = bytes;
        return new Ext4Options(changed);
    }

    /**
     * How many inodes there are, used ones included, in place of {@link #bytesPerInode(int)} and {@link #freeInodes(long)}; rounded
     * up to what divides evenly over the block groups.
     *
     * @throws InvalidRequestException if it is not from 16 to 4,294,967,295; also, when planning, if the tree needs more
     */
    public Ext4Options inodes(long count) {
        requireRange("inodes", count, 16, 0xFFFFFFFFL);
        Fields changed = fields.copy();
        changed.inodes = count;
        return new Ext4Options(changed);
    }

    /**
     * One inode for each so many bytes of the file system's size; there are never less than what is used plus 20 % and
     * {@link #freeInodes(long)}.
     *
     * @param bytes 4 KiB to 64 MiB; 16 KiB by default
     */
    public Ext4Options bytesPerInode(int bytes) {
        requireRange("bytes per inode", bytes, 4 << 10, 64 << 20);
        Fields changed = fields.copy();
        changed.bytesPerInode = bytes;
        return new Ext4Options(changed);
    }

    /** At least so many inodes stay free; 0 (leave it to {@link #bytesPerInode}) by default. */
    public Ext4Options freeInodes(long count) {
        requireRange("free inodes", count, 0, 1L << 31);
        Fields changed = fields.copy();
        changed.freeInodes = count;
        return new Ext4Options(changed);
    }

    /** The UUID; without it one is derived from the tree. */
    public Ext4Options uuid(UUID uuid) {
        Fields changed = fields.copy();
        changed.uuid = uuid;
        return new Ext4Options(changed);
    }

    /** The secret of directory hashes; without it one is derived from the UUID. */
    public Ext4Options hashSeed(UUID seed) {
        Fields changed = fields.copy();
        changed.hashSeed = seed;
        return new Ext4Options(changed);
    }

    /** Time of creation, also of the reserved inodes and of every inode's birth; 1970-01-01T00:00:00Z by default. */
    public Ext4Options timestamp(Instant time) {
        Fields changed = fields.copy();
        changed.timestamp = time;
        return new Ext4Options(changed);
    }

    /** @throws InvalidRequestException if the label takes more than 16 bytes in UTF-8 or holds a NUL */
    public Ext4Options label(String label) {
        if (label.getBytes(StandardCharsets.UTF_8).length > MAX_LABEL_BYTES || label.indexOf('\0') >= 0) {
            throw new InvalidRequestException("The label \"" + label + "\" does not fit: at most " + MAX_LABEL_BYTES
                    + " bytes in UTF-8, without NUL");
        }
        Fields changed = fields.copy();
        changed.label = label;
        return new Ext4Options(changed);
    }

    /** Whether there is a journal: without one a crash of the guest can damage the file system. On by default. */
    public Ext4Options journal(boolean on) {
        Fields changed = fields.copy();
        changed.journal = on;
        return new Ext4Options(changed);
    }

    /**
     * Size of the journal; by default 4 MiB to 64 MiB by the size of the file system.
     *
     * @throws InvalidRequestException if it is not from 4 MiB to 1 GiB; also, when planning, if there is to be no journal
     */
    public Ext4Options journalBytes(long bytes) {
        requireRange("journal size", bytes, 4L << 20, 1L << 30);
        Fields changed = fields.copy();
        changed.journalBytes = bytes;
        return new Ext4Options(changed);
    }

    /** Blocks that only root may use, in percent of the size; 0 to 50, by default 0. */
    public Ext4Options reservedPercent(int percent) {
        requireRange("reserved blocks", percent, 0, 50);
        Fields changed = fields.copy();
        changed.reservedPercent = percent;
        return new Ext4Options(changed);
    }

    /** The exact size, or empty if it follows the content. */
    public OptionalLong sizeBytes() {
        return fields.sizeBytes < 0 ? OptionalLong.empty() : OptionalLong.of(fields.sizeBytes);
    }

    public long minimumBytes() {
        return fields.minimumBytes;
    }

    /** Where no {@link #freeBytes()} were chosen. */
    public int freePercent() {
        return fields.freePercent;
    }

    /** The free space in bytes where it was chosen so. */
    public OptionalLong freeBytes() {
        return fields.freeBytes < 0 ? OptionalLong.empty() : OptionalLong.of(fields.freeBytes);
    }

    /** The number of inodes where one was chosen. */
    public OptionalLong inodes() {
        return fields.inodes < 0 ? OptionalLong.empty() : OptionalLong.of(fields.inodes);
    }

    public int bytesPerInode() {
        return fields.bytesPerInode;
    }

    public long freeInodes() {
        return fields.freeInodes;
    }

    public Optional<UUID> uuid() {
        return Optional.ofNullable(fields.uuid);
    }

    public Optional<UUID> hashSeed() {
        return Optional.ofNullable(fields.hashSeed);
    }

    public Instant timestamp() {
        return fields.timestamp;
    }

    public String label() {
        return fields.label;
    }

    public boolean journal() {
        return fields.journal;
    }

    /** The journal's size where one was chosen. */
    public OptionalLong journalBytes() {
        return fields.journalBytes < 0 ? OptionalLong.empty() : OptionalLong.of(fields.journalBytes);
    }

    public int reservedPercent() {
        return fields.reservedPercent;
    }

    private static void requireRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new InvalidRequestException(
                    "The option " + what + " of an ext4 file system was " + value + ": choose " + min + " to " + max);
        }
    }

    private static final class Fields implements Cloneable {
        long sizeBytes = -1;
        long minimumBytes;
        int freePercent = DEFAULT_FREE_PERCENT;
        long freeBytes = -1;
        long inodes = -1;
        int bytesPerInode = DEFAULT_BYTES_PER_INODE;
        long freeInodes;

        @Nullable
        UUID uuid;

        @Nullable
        UUID hashSeed;

        Instant timestamp = Instant.EPOCH;
        String label = "";
        boolean journal = true;
        long journalBytes = -1;
        int reservedPercent;

        Fields copy() {
            try {
                return (Fields) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
