package io.sandboximage.buildkit.internal.engine;

import io.grpc.Metadata;
import io.sandboximage.buildkit.internal.transport.HeardSocket;
import io.sandboximage.buildkit.internal.transport.HijackedSocket;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The BuildKit inside a Docker engine. Engines take gRPC on a connection that begins as a request for {@code /grpc}; since API
 * 1.53 they take it without further ado, and the upgrade is to go away. Thread-safe.
 */
public final class EngineBuildKit {
    private static final int NATIVE_API = 53;
    private static final Pattern API_VERSION = Pattern.compile("1\\.(\\d{1,4})");
    private static final String NO_BUILDKIT =
            "It has no BuildKit: it is older than Docker 18.09, or no Docker engine but something like it";

    private final String name;
    private final String host;
    private final EngineDialer dialer;

    private volatile Optional<Seen> lastSeen = Optional.empty();

    /**
     * What an engine was last seen to be.
     *
     * @param api its newest API is 1.api; 0 if it does not say
     * @param takesGrpc without an upgrade
     */
    private record Seen(int api, boolean takesGrpc) {}

    /**
     * @param name for messages
     * @param host for the Host header
     */
    public EngineBuildKit(String name, String host, EngineDialer dialer) {
        this.name = name;
        this.host = host;
        this.dialer = dialer;
    }

    /** A socket for one gRPC connection. */
    public Socket dial() throws IOException {
        Socket first = dialer.dial(EngineDialer.HTTP_1);
        Optional<Socket> upgraded = AnswerLimit.within(first, socket -> {
            HttpHead ping = ping(socket);
            int api = api(ping.header("api-version").orElse(""));
            boolean direct = api >= NATIVE_API && Http2Probe.speaksHttp2(dialer);
            lastSeen = Optional.of(new Seen(api, direct));
            if (direct || ping.closes()) {
                return Optional.empty();
            }
            upgrade(socket, request("/grpc"), "reach BuildKit");
            return Optional.of(new HijackedSocket(socket));
        });
        if (upgraded.isPresent()) {
            return upgraded.get();
        }
        first.close();
        return lastSeen.map(Seen::takesGrpc).orElse(false)
                ? dialer.dial(EngineDialer.HTTP_2)
                : open(request("/grpc"), "reach BuildKit");
    }

    /**
     * A connection for a session, which costs the daemon and us less than a session inside a call; empty where the engine is to
     * be asked for that.
     */
    public Optional<HeardSocket> session(Metadata headers) throws IOException {
        if (seen().takesGrpc()) {
            return Optional.empty();
        }
        EngineRequest request = request("/session");
        for (String key : headers.keys()) {
            Iterable<String> values = headers.getAll(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER));
            if (values != null) {
                values.forEach(value -> request.header(key, value));
            }
        }
        return Optional.of(open(request, "open a build session"));
    }

    /** The engine's newest API is 1 point this; 0 if it does not say. */
    public int api() throws IOException {
        return seen().api();
    }

    private Seen seen() throws IOException {
        if (lastSeen.isEmpty()) {
            dial().close();
        }
        return lastSeen.orElseThrow();
    }

    private HijackedSocket open(EngineRequest request, String attempt) throws IOException {
        return AnswerLimit.within(dialer.dial(EngineDialer.HTTP_1), socket -> {
            upgrade(socket, request, attempt);
            return new HijackedSocket(socket);
        });
    }

    private HttpHead ping(Socket socket) throws IOException {
        new EngineRequest("HEAD", "/_ping", host).write(socket.getOutputStream());
        return HttpHead.read(socket.getInputStream());
    }

    private EngineRequest request(String path) {
        return new EngineRequest("POST", path, host).upgrade("h2c");
    }

    private void upgrade(Socket socket, EngineRequest request, String attempt) throws IOException {
        request.write(socket.getOutputStream());
        HttpHead head = HttpHead.read(socket.getInputStream());
        if (head.status() != HttpHead.SWITCHING_PROTOCOLS) {
            throw EngineRefusals.of(attempt, name, head, head.body(socket.getInputStream()), NO_BUILDKIT);
        }
    }

    private static int api(String version) {
        Matcher matcher = API_VERSION.matcher(version);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
