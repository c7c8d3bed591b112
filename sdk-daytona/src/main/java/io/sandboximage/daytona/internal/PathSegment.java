package io.sandboximage.daytona.internal;

import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;

/** One segment of a path (RFC 3986, section 3.3), with everything encoded that is not unreserved. */
final class PathSegment {
    private static final String UNRESERVED = "-._~";

    private PathSegment() {}

    static String encode(String text) {
        // No encoding makes these safe: every reader takes them as steps in the path.
        if (text.isEmpty() || text.equals(".") || text.equals("..")) {
            throw new InvalidRequestException("\"" + text + "\" is not a name or id");
        }
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || UNRESERVED.indexOf(c) >= 0;
            if (plain) {
                encoded.append(c);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 0xF, 16)));
            }
        }
        return encoded.toString();
    }
}
