package io.sandboximage.depot.internal.rpc;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.RetryAfter;
import io.sandboximage.internal.json.JsonView;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Errors as the Connect protocol writes them: JSON with a code and a message, or whatever a proxy in between had to say. */
final class ConnectErrors {
    private static final int MAX_JSON = 64 * 1024;
    private static final int SUCCESS = 200;

    private ConnectErrors() {}

    static SandboxImageException of(RpcCall call, HttpReply reply) {
        String server = reply.url().host() + ":" + reply.url().port();
        Optional<Duration> wait = RetryAfter.of(reply.headers(), Clock.systemUTC());
        String type = reply.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        if (type.startsWith("application/json")) {
            try {
                JsonView json = JsonView.parse(reply.body(), MAX_JSON, "error");
                String code = json.string("code").orElseGet(() -> RpcErrors.codeOf(reply.status()));
                String message = json.string("message").orElse("");
                return RpcErrors.of(call, server, reply.status(), code, message, wait, null);
            } catch (InvalidContentException notOurs) {
                // Then it is treated as what it is: the words of somebody in between.
            }
        }
        String message = reply.successful()
                ? "the answer is of type \"" + type + "\", which is not the protocol's"
                : "HTTP status " + reply.status();
        return RpcErrors.of(call, server, reply.status(), RpcErrors.codeOf(reply.status()), message, wait, null);
    }

    /** The failure that the end of a stream tells; empty where it tells of success. */
    static Optional<SandboxImageException> ofEnd(RpcCall call, HttpReply head, byte[] end) {
        String server = head.url().host() + ":" + head.url().port();
        return JsonView.parse(end, MAX_JSON, "end of a stream")
                .object("error")
                .map(error -> RpcErrors.of(
                        call,
                        server,
                        SUCCESS,
                        error.string("code").orElse("unknown"),
                        error.string("message").orElse(""),
                        Optional.empty(),
                        null));
    }
}
