package io.sandboximage.registry.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks who asks, finds the endpoint, and turns what goes wrong into an answer. */
final class RequestHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final Map<Route.Kind, Endpoint> endpoints;
    private final Optional<BasicAuth> auth;
    private final boolean loopbackOnly;
    private final Runnable progress;

    RequestHandler(
            Map<Route.Kind, Endpoint> endpoints, Optional<BasicAuth> auth, boolean loopbackOnly, Runnable progress) {
        this.endpoints = Map.copyOf(endpoints);
        this.auth = auth;
        this.loopbackOnly = loopbackOnly;
        this.progress = progress;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        progress.run();
        boolean answered = false;
        try {
            answer(exchange);
            answered = true;
        } finally {
            // Closing in mid-answer would look like a whole answer to a client of chunked coding: the server then drops
            // the
            // connection, which it does for every exception that leaves a handler.
            if (answered) {
                exchange.close();
            }
            LOG.debug("{} {} {}", exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getResponseCode());
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        Call call = new Call(exchange, progress);
        call.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
        call.setHeader("X-Content-Type-Options", "nosniff");
        try {
            dispatch(call);
        } catch (RegistryException e) {
            e.headers().forEach(call::setHeader);
            call.sendError(e.status(), e.code(), e);
        } catch (NotFoundException e) {
            call.sendError(404, RegistryException.BLOB_UNKNOWN, e);
        } catch (CancelledException e) {
            throw new IOException("The server is closing", e);
        } catch (RuntimeException e) {
            LOG.debug("Failed to answer {} {}", exchange.getRequestMethod(), exchange.getRequestURI(), e);
            call.sendError(500, "UNKNOWN", e);
        }
    }

    private void dispatch(Call call) throws IOException {
        if (loopbackOnly) {
            BrowserGuard.check(call);
        }
        if (auth.isPresent()) {
            auth.get().check(call.header("Authorization"));
        }
        Route route = Route.parse(call.path())
                .orElseThrow(
                        () -> new RegistryException(404, RegistryException.UNSUPPORTED, "no such address in this API"));
        if (route.kind() == Route.Kind.BASE) {
            call.send(200, "application/json", new byte[] {'{', '}'});
        } else {
            Objects.requireNonNull(endpoints.get(route.kind())).handle(call, route);
        }
    }
}
