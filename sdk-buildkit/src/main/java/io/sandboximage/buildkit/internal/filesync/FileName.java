package io.sandboximage.buildkit.internal.filesync;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of file names. The JVM decodes names by the locale, and where that is plain ASCII it loses every other byte; the URI
 * of a path keeps them all, in both directions.
 */
final class FileName {
    private FileName() {}

    /** The last element of a path, as the file system spells it. */
    static byte[] bytes(Path path) {
        String name = String.valueOf(path.getFileName());
        if (isAscii(name)) {
            return name.getBytes(StandardCharsets.US_ASCII);
        }
        byte[] whole = uriBytes(path);
        int from = whole.length;
        while (from > 0 && whole[from - 1] != '/') {
            from--;
        }
        return Arrays.copyOfRange(whole, from, whole.length);
    }

    /** A symlink's target, relative or absolute, as the file system spells it. */
    static byte[] targetBytes(Path target) {
        String text = target.toString();
        if (isAscii(text)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        byte[] whole = uriBytes(target);
        if (target.isAbsolute()) {
            return whole;
        }
        // The URI is absolute: the working directory stands in front.
        int before = uriBytes(Path.of("").toAbsolutePath()).length + 1;
        return Arrays.copyOfRange(whole, before, whole.length);
    }

    /** The path of a name, given by its bytes, in a directory. */
    static Path resolve(Path directory, byte[] name) {
        String text = new String(name, StandardCharsets.ISO_8859_1);
        if (isAscii(text)) {
            return directory.resolve(text);
        }
        StringBuilder uri = new StringBuilder(directory.toUri().getRawPath());
        if (uri.charAt(uri.length() - 1) != '/') {
            uri.append('/');
        }
        for (byte b : name) {
            uri.append('%').append(Character.forDigit((b >> 4) & 0xF, 16)).append(Character.forDigit(b & 0xF, 16));
        }
        return Path.of(URI.create("file://" + uri));
    }

    private static byte[] uriBytes(Path path) {
        String raw = path.toUri().getRawPath();
        // A directory's URI ends in a slash that is no part of the path.
        int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
        byte[] bytes = new byte[end];
        int n = 0;
        for (int i = 0; i < end; i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes[n++] = (byte) Integer.parseInt(raw, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[n++] = (byte) c;
            }
        }
        return Arrays.copyOf(bytes, n);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
