package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileContent.Range;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of a PAX extended header: {@code "LENGTH KEY=VALUE\n"}, where a value may be any bytes. A record with an empty value
 * takes back an earlier one of the same key, except for xattrs, whose value may be empty.
 */
final class PaxRecords {
    static final String SPARSE_NAME = "GNU.sparse.name";
    static final String SPARSE_MAP = "GNU.sparse.map";
    static final String SPARSE_MAJOR = "GNU.sparse.major";
    static final String SPARSE_MINOR = "GNU.sparse.minor";
    static final String SPARSE_SIZE = "GNU.sparse.size";
    static final String SPARSE_REAL_SIZE = "GNU.sparse.realsize";
    static final String SPARSE_COUNT = "GNU.sparse.numblocks";

    private static final String SPARSE_OFFSET = "GNU.sparse.offset";
    private static final String SPARSE_LENGTH = "GNU.sparse.numbytes";
    private static final String SCHILY_XATTR = "SCHILY.xattr.";
    private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";

    private final Object origin;
    private final Map<String, byte[]> values = new LinkedHashMap<>();
    private final Map<String, byte[]> xattrs = new TreeMap<>();
    private final Map<String, byte[]> libarchiveXattrs = new TreeMap<>();
    private final List<Range> sparse00 = new ArrayList<>();
    private long pendingSparseOffset = -1;

    private PaxRecords(Object origin) {
        this.origin = origin;
    }

    /** @param origin which header it is, for messages */
    static PaxRecords empty(Object origin) {
        return new PaxRecords(origin);
    }

    /** These records, overlaid with those of {@code data}. */
    PaxRecords with(byte[] data, Object newOrigin) {
        PaxRecords result = new PaxRecords(newOrigin);
        result.values.putAll(values);
        result.xattrs.putAll(xattrs);
        result.libarchiveXattrs.putAll(libarchiveXattrs);
        result.parse(data);
        return result;
    }

    byte @Nullable [] bytes(String key) {
        return values.get(key);
    }

    @Nullable
    String text(String key) {
        byte[] value = values.get(key);
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    /** A decimal number that is not negative, or {@code otherwise} where there is none. */
    long number(String key, long otherwise) {
        String text = text(key);
        return text == null ? otherwise : SparseMap.decimal(text, key, origin);
    }

    /** Data ranges in the form of GNU sparse format 0.0. */
    List<Range> sparse00() {
        return sparse00;
    }

    /** Both spellings in one; where both name an attribute they hold the same. */
    Map<String, byte[]> xattrs() {
        if (libarchiveXattrs.isEmpty()) {
            return xattrs;
        }
        Map<String, byte[]> all = new TreeMap<>(libarchiveXattrs);
        all.putAll(xattrs);
        return all;
    }

    private void parse(byte[] data) {
        int position = 0;
        while (position < data.length) {
            int space = position;
            int length = 0;
            while (space < data.length && data[space] != ' ') {
                int digit = data[space] - '0';
                if (digit < 0 || digit > 9 || length > data.length) {
                    throw malformed("has a record whose length is no number");
                }
                length = length * 10 + digit;
                space++;
            }
            int end = position + length;
            if (space == data.length || length < space - position + 3 || end > data.length || data[end - 1] != '\n') {
                throw malformed("has a record with a wrong length");
            }
            int equals = space + 1;
            while (equals < end && data[equals] != '=') {
                equals++;
            }
            if (equals >= end - 1) {
                throw malformed("has a record without \"=\"");
            }
            String key = new String(data, space + 1, equals - space - 1, StandardCharsets.UTF_8);
            accept(key, Arrays.copyOfRange(data, equals + 1, end - 1));
            position = end;
        }
    }

    private void accept(String key, byte[] value) {
        if (key.startsWith(SCHILY_XATTR)) {
            xattrs.put(xattrName(key.substring(SCHILY_XATTR.length())), value);
        } else if (key.startsWith(LIBARCHIVE_XATTR)) {
            String name = xattrName(urlDecode(key.substring(LIBARCHIVE_XATTR.length())));
            libarchiveXattrs.put(name, base64(value, name));
        } else if (key.equals(SPARSE_OFFSET)) {
            pendingSparseOffset = SparseMap.decimal(new String(value, StandardCharsets.UTF_8), key, origin);
        } else if (key.equals(SPARSE_LENGTH)) {
            if (pendingSparseOffset < 0) {
                throw malformed("has a sparse length without an offset before it");
            }
            SparseMap.requireCount(sparse00.size() + 1L, origin);
            long length = SparseMap.decimal(new String(value, StandardCharsets.UTF_8), key, origin);
            sparse00.add(new Range(pendingSparseOffset, length));
            pendingSparseOffset = -1;
        } else if (value.length == 0) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    private String xattrName(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw malformed("names an extended attribute \"" + name + "\"");
        }
        return name;
    }

    private byte[] base64(byte[] value, String name) {
        try {
            // libarchive leaves the padding out; the decoder takes both.
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw malformed("holds the extended attribute " + name + " in broken base64");
        }
    }

    private static String urlDecode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (bytes[i] == '%' && low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(bytes[i]);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private InvalidContentException malformed(String what) {
        return new InvalidContentException(origin + ": the PAX header " + what);
    }
}
