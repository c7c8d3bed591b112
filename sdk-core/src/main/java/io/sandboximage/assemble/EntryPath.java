package io.sandboximage.assemble;

import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Paths inside a layer as strings in which each char is one byte, 0 to 255. So the order of strings is the order of bytes, and
 * names that are not UTF-8, or that the JDK cannot decode in the present locale, pass unharmed.
 */
final class EntryPath {
    static final String WHITEOUT = ".wh.";
    static final String OPAQUE = ".wh..wh..opq";
    private static final boolean NAMES_ARE_UTF8 =
            System.getProperty("sun.jnu.encoding", "UTF-8").equalsIgnoreCase("UTF-8");

    private EntryPath() {}

    /**
     * A target as the user wrote it, without leading slash; empty for the root.
     *
     * @throws InvalidRequestException if it has {@code ..} or a name that means deletion
     */
    static String target(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..") || name.indexOf('\0') >= 0) {
                throw new InvalidRequestException("The path \"" + path + "\" in the image must not contain .. or NUL");
            }
            if (name.startsWith(WHITEOUT)) {
                throw new InvalidRequestException("The path \"" + path
                        + "\" has a name that begins with .wh., which would delete a file: use delete() for that");
            }
            names.add(bytes(name));
        }
        return String.join("/", names);
    }

    /** The name of a file on this machine in the bytes that it has on disk. */
    static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return isFaithful(name) ? bytes(name) : nameFromUri(file);
    }

    /** The text of a symbolic link in the bytes that it has on disk. */
    static String linkText(Path link) {
        String text = link.toString();
        if (isFaithful(text)) {
            return bytes(text);
        }
        List<String> names = new ArrayList<>();
        for (Path name : link) {
            names.add(
                    isFaithful(name.toString())
                            ? bytes(name.toString())
                            : nameFromUri(Path.of("/").resolve(name)));
        }
        return (link.isAbsolute() ? "/" : "") + String.join("/", names);
    }

    private static boolean isFaithful(String decoded) {
        return decoded.chars().allMatch(c -> c < 128) || (NAMES_ARE_UTF8 && decoded.indexOf('\uFFFD') < 0);
    }

    /** In a locale without UTF-8 a decoded name has lost bytes; its URI form still has them all. */
    private static String nameFromUri(Path file) {
        String uri = file.toUri().getRawPath();
        uri = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
        String raw = uri.substring(uri.lastIndexOf('/') + 1);
        StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                decoded.append((char) Integer.parseInt(raw.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.append(raw.charAt(i));
            }
        }
        return decoded.toString();
    }

    static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    static String lastName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A text as UTF-8, one char a byte. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static byte[] raw(String path) {
        return path.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** For messages. */
    static String shown(String path) {
        return "/" + new String(raw(path), StandardCharsets.UTF_8);
    }
}
