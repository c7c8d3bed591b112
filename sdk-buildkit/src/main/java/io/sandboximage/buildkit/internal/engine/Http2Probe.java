package io.sandboximage.buildkit.internal.engine;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/**
 * Whether an engine takes HTTP/2 at once: with TLS it says so in the handshake (ALPN), without it the first frame tells (RFC 9113,
 * 3.4). A proxy before a new engine may not.
 */
final class Http2Probe {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** A SETTINGS frame without settings: length 0, type 4, no flags, stream 0. */
    private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    private static final int FRAME_TYPE = 3;
    private static final int SETTINGS = 4;

    private Http2Probe() {}

    static boolean speaksHttp2(EngineDialer dialer) {
        try (Socket socket = dialer.dial(EngineDialer.HTTP_2)) {
            if (socket instanceof SSLSocket tls) {
                return EngineDialer.HTTP_2.equals(tls.getApplicationProtocol());
            }
            byte[] frame = AnswerLimit.within(socket, Http2Probe::firstFrame);
            return frame.length == EMPTY_SETTINGS.length && frame[0] == 0 && frame[FRAME_TYPE] == SETTINGS;
        } catch (IOException e) {
            return false; // It hung up on what it did not understand.
        }
    }

    /** The server's preface is a SETTINGS frame; one that speaks HTTP/1.1 answers in letters. */
    private static byte[] firstFrame(Socket socket) throws IOException {
        socket.getOutputStream().write(PREFACE);
        socket.getOutputStream().write(EMPTY_SETTINGS);
        socket.getOutputStream().flush();
        return socket.getInputStream().readNBytes(EMPTY_SETTINGS.length);
    }
}
