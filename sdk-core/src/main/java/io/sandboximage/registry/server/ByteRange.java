package io.sandboximage.registry.server;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a blob (RFC 9110, section 14). */
record ByteRange(long first, long last) {
    private static final Pattern SINGLE = Pattern.compile("bytes=(?:(\\d{1,18})-(\\d{0,18})|-(\\d{1,18}))");

    long length() {
        return last - first + 1;
    }

    /**
     * The range that a header asks for; empty for what a server may ignore: other units, several ranges, bad syntax.
     *
     * @throws RegistryException with status 416 if it lies outside
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher matcher = SINGLE.matcher(header.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (matcher.group(3) != null) {
            long suffix = Long.parseLong(matcher.group(3));
            first = suffix == 0 ? size : Math.max(0, size - suffix);
        } else {
            first = Long.parseLong(matcher.group(1));
            if (!matcher.group(2).isEmpty()) {
                long wanted = Long.parseLong(matcher.group(2));
                if (wanted < first) {
                    return Optional.empty();
                }
                last = Math.min(last, wanted);
            }
        }
        if (first >= size) {
            throw new RegistryException(416, RegistryException.SIZE_INVALID, "the blob has " + size + " bytes")
                    .header("Content-Range", "bytes */" + size);
        }
        return Optional.of(new ByteRange(first, last));
    }
}
