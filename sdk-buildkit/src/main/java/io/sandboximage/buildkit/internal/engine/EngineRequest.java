package io.sandboximage.buildkit.internal.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request to the Engine API as bytes; only for requests that change the protocol, and for what goes before them. */
final class EngineRequest {
    private final String line;
    private final List<String> headers = new ArrayList<>();
    private byte[] body = new byte[0];

    /** @param path without a version: the engine then takes its newest */
    EngineRequest(String method, String path, String host) {
        this.line = method + " " + path + " HTTP/1.1";
        header("Host", host);
        header("User-Agent", "sandbox-image");
    }

    EngineRequest header(String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("The header " + name + " has a value that HTTP cannot carry");
        }
        headers.add(name + ": " + value);
        return this;
    }

    /** Asks for another protocol on this connection. */
    EngineRequest upgrade(String protocol) {
        return header("Connection", "Upgrade").header("Upgrade", protocol);
    }

    EngineRequest json(byte[] text) {
        body = text;
        return header("Content-Type", "application/json");
    }

    void write(OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder(line).append("\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] ascii = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[ascii.length + body.length];
        System.arraycopy(ascii, 0, all, 0, ascii.length);
        System.arraycopy(body, 0, all, ascii.length, body.length);
        out.write(all);
        out.flush();
    }
}
