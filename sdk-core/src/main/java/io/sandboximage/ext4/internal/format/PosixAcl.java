package io.sandboximage.ext4.internal.format;

import io.sandboximage.error.InvalidContentException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Access control lists in the form of system calls and archives (version 2) and in the form of the disk (version 1).
 *
 * <pre>
 * version 2:  2 u32 | (tag u16 | permissions u16 | id u32)…
 * version 1:  1 u32 | (tag u16 | permissions u16 [| id u32, only for named users and groups])…
 * </pre>
 */
public final class PosixAcl {
    private static final int VERSION_BYTES = 4;
    private static final int SHORT_ENTRY_BYTES = 4;
    private static final int ENTRY_BYTES = 8;
    private static final int VERSION_ON_DISK = 1;
    private static final int VERSION_OF_CALLS = 2;
    private static final int TAG_USER_OBJECT = 0x1;
    private static final int TAG_USER = 0x2;
    private static final int TAG_GROUP_OBJECT = 0x4;
    private static final int TAG_GROUP = 0x8;
    private static final int TAG_MASK = 0x10;
    private static final int TAG_OTHER = 0x20;
    private static final int NO_ID = -1;

    private PosixAcl() {}

    /** Whether the attribute of this full name holds a list. */
    public static boolean isAcl(String name) {
        return name.equals("system.posix_acl_access") || name.equals("system.posix_acl_default");
    }

    /** @throws InvalidContentException if the value is no list of version 2 */
    public static byte[] toDisk(byte[] value) {
        if (value.length < VERSION_BYTES + ENTRY_BYTES
                || (value.length - VERSION_BYTES) % ENTRY_BYTES != 0
                || Ext4Format.littleEndian(value).getInt() != VERSION_OF_CALLS) {
            throw new InvalidContentException("An access control list of " + value.length
                    + " bytes is malformed: expected version 2 with entries of 8 bytes");
        }
        ByteBuffer source = Ext4Format.littleEndian(value).position(VERSION_BYTES);
        byte[] list = new byte[value.length];
        ByteBuffer target = Ext4Format.littleEndian(list).putInt(VERSION_ON_DISK);
        while (source.hasRemaining()) {
            short tag = source.getShort();
            target.putShort(tag).putShort(source.getShort());
            int id = source.getInt();
            if (hasId(tag)) {
                target.putInt(id);
            }
        }
        return Arrays.copyOf(list, target.position());
    }

    /** @throws InvalidContentException if the value is no list of version 1 */
    public static byte[] fromDisk(byte[] value) {
        ByteBuffer source = Ext4Format.littleEndian(value);
        if (value.length < VERSION_BYTES || source.getInt() != VERSION_ON_DISK) {
            throw malformedOnDisk(value);
        }
        byte[] list = new byte[VERSION_BYTES + 2 * value.length];
        ByteBuffer target = Ext4Format.littleEndian(list).putInt(VERSION_OF_CALLS);
        while (source.hasRemaining()) {
            if (source.remaining() < SHORT_ENTRY_BYTES) {
                throw malformedOnDisk(value);
            }
            short tag = source.getShort();
            target.putShort(tag).putShort(source.getShort());
            if (hasId(tag) && source.remaining() < Integer.BYTES) {
                throw malformedOnDisk(value);
            }
            target.putInt(hasId(tag) ? source.getInt() : NO_ID);
        }
        return Arrays.copyOf(list, target.position());
    }

    private static boolean hasId(short tag) {
        return switch (tag) {
            case TAG_USER, TAG_GROUP -> true;
            case TAG_USER_OBJECT, TAG_GROUP_OBJECT, TAG_MASK, TAG_OTHER -> false;
            default -> throw new InvalidContentException("An access control list holds the unknown tag " + tag);
        };
    }

    private static InvalidContentException malformedOnDisk(byte[] value) {
        return new InvalidContentException(
                "An access control list on disk, of " + value.length + " bytes, is malformed: expected version 1");
    }
}
