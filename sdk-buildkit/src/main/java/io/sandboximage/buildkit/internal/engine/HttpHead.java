package io.sandboximage.buildkit.internal.engine;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Status line and headers of an HTTP/1.1 answer (RFC 9112), read up to the empty line and not a byte further: what follows an
 * upgrade belongs to the new protocol.
 *
 * @param headers by name in lower case; of repeated ones the last
 */
record HttpHead(int status, String reason, Map<String, String> headers) {
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_BODY_BYTES = 64 * 1024;

    static final int SWITCHING_PROTOCOLS = 101;
    static final int OK = 200;
    static final int CREATED = 201;

    static HttpHead read(InputStream in) throws IOException {
        String[] lines = text(in).split("\r\n", -1);
        String[] status = lines[0].split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5][0-9]{2}")) {
            throw new IOException("it does not answer in HTTP/1.1");
        }
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        return new HttpHead(Integer.parseInt(status[1]), status.length > 2 ? status[2].strip() : "", headers);
    }

    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** Whether nothing can be asked on this connection after this answer. */
    boolean closes() {
        return header("connection").map("close"::equalsIgnoreCase).orElse(false);
    }

    /** The body, or as much of it as anybody needs of an error. The connection is of no use afterwards. */
    byte[] body(InputStream in) throws IOException {
        if (header("transfer-encoding").map("chunked"::equalsIgnoreCase).orElse(false)) {
            return chunks(in);
        }
        Optional<String> length = header("content-length").filter(text -> text.matches("[0-9]{1,9}"));
        int limit = length.map(Integer::parseInt).orElse(MAX_BODY_BYTES);
        return in.readNBytes(Math.min(limit, MAX_BODY_BYTES));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (body.size() < MAX_BODY_BYTES) {
            String size = line(in).split(";", 2)[0].strip();
            if (!size.matches("[0-9a-fA-F]{1,7}")) {
                throw new IOException("its answer has a broken chunk");
            }
            int length = Integer.parseInt(size, 16);
            if (length == 0) {
                break;
            }
            body.write(in.readNBytes(Math.min(length, MAX_BODY_BYTES)));
            line(in);
        }
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 || line.length() == MAX_BYTES) {
                throw new EOFException("its answer is cut off");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    private static String text(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("it hung up before it answered");
            }
            head.write(b);
            if (head.size() > MAX_BYTES) {
                throw new IOException("its answer has no end of headers");
            }
            matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
