package io.sandboximage.examples.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.sandboximage.error.SandboxImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service's requests. Paths hold ids alone, which are looked up and never made into files. */
final class PipelineRoutes implements HttpHandler {
    private static final Pattern PATH = Pattern.compile("/pipelines(?:/([0-9a-f-]{36})(/events)?)?");
    private static final int MAX_BODY = 64 * 1024;
    private static final String RETRY_SECONDS = "5";

    private final JobBoard jobs;
    private final ServiceSettings settings;
    private final Semaphore listeners;

    PipelineRoutes(JobBoard jobs, ServiceSettings settings) {
        this.jobs = jobs;
        this.settings = settings;
        this.listeners = new Semaphore(settings.listeners());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            if (!allowed(exchange)) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                answer(exchange, 401, error("say Authorization: Bearer and the token"));
            } else if (!path.matches()) {
                answer(exchange, 404, error("there are /pipelines, /pipelines/ID and /pipelines/ID/events"));
            } else if (path.group(1) == null) {
                collection(exchange);
            } else {
                Optional<PipelineJob> job = jobs.find(path.group(1));
                if (job.isEmpty()) {
                    answer(exchange, 404, error("there is no such pipeline, or no longer"));
                } else {
                    single(exchange, job.get(), path.group(2) != null);
                }
            }
        }
    }

    private void collection(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "POST" -> order(exchange);
            case "GET" ->
                answer(
                        exchange,
                        200,
                        Map.of(
                                "pipelines",
                                jobs.all().stream().map(PipelineJob::json).toList()));
            default -> notAllowed(exchange, "GET, POST");
        }
    }

    private void single(HttpExchange exchange, PipelineJob job, boolean events) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                if (events) {
                    follow(exchange, job);
                } else {
                    answer(exchange, 200, job.json());
                }
            }
            case "DELETE" -> {
                if (events) {
                    notAllowed(exchange, "GET");
                } else {
                    jobs.cancel(job);
                    answer(exchange, 202, job.json());
                }
            }
            default -> notAllowed(exchange, events ? "GET" : "GET, DELETE");
        }
    }

    private void order(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            answer(exchange, 413, error("an order has at most " + MAX_BODY + " bytes"));
            return;
        }
        try {
            Optional<PipelineJob> job = jobs.closing() ? Optional.empty() : jobs.submit(PipelineOrder.parse(body));
            if (job.isPresent()) {
                exchange.getResponseHeaders()
                        .set("Location", "/pipelines/" + job.get().id());
                answer(exchange, 202, job.get().json());
            } else {
                exchange.getResponseHeaders().set("Retry-After", RETRY_SECONDS);
                answer(
                        exchange,
                        jobs.closing() ? 503 : 429,
                        error(jobs.closing() ? "the service ends" : "as many pipelines wait as may"));
            }
        } catch (SandboxImageException e) {
            answer(exchange, 400, error(String.valueOf(e.getMessage())));
        }
    }

    private void follow(HttpExchange exchange, PipelineJob job) throws IOException {
        long seen = lastEventId(exchange);
        if (job.state().ended() && seen > job.events().last()) {
            // The client has the end too: this tells it not to come back.
            exchange.sendResponseHeaders(204, -1);
            return;
        }
        if (!listeners.tryAcquire()) {
            exchange.getResponseHeaders().set("Retry-After", RETRY_SECONDS);
            answer(exchange, 503, error("as many clients listen as may"));
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(200, 0);
            stream(exchange.getResponseBody(), job, seen);
        } catch (InterruptedException e) {
            // The service ends; the client sees its connection close and may come back.
            Thread.currentThread().interrupt();
        } finally {
            listeners.release();
        }
    }

    /** Until the job ends, or the client is gone, which the next write finds out. */
    private void stream(OutputStream out, PipelineJob job, long from) throws IOException, InterruptedException {
        long seen = from;
        EventLog.Batch batch;
        do {
            batch = job.events().after(seen, settings.heartbeat());
            StringBuilder text = new StringBuilder();
            for (EventLog.Numbered event : batch.events()) {
                text.append(EventText.of(event));
                seen = event.number();
            }
            if (batch.ended()) {
                text.append(EventText.text("end", job.events().last() + 1, JsonLine.write(job.json())));
            } else if (text.isEmpty()) {
                text.append(EventText.heartbeat());
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } while (!batch.ended());
    }

    private static long lastEventId(HttpExchange exchange) {
        String id = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        return id != null && id.matches("[0-9]{1,18}") ? Long.parseLong(id) : 0;
    }

    private boolean allowed(HttpExchange exchange) {
        if (settings.token().isEmpty()) {
            return true;
        }
        String said = exchange.getRequestHeaders().getFirst("Authorization");
        byte[] expected = ("Bearer " + settings.token().get()).getBytes(StandardCharsets.UTF_8);
        // In constant time, so that the token cannot be guessed letter by letter.
        return said != null && MessageDigest.isEqual(expected, said.getBytes(StandardCharsets.UTF_8));
    }

    private static void notAllowed(HttpExchange exchange, String methods) throws IOException {
        exchange.getResponseHeaders().set("Allow", methods);
        answer(exchange, 405, error("allowed here: " + methods));
    }

    private static Map<String, Object> error(String text) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("error", text);
        return json;
    }

    private static void answer(HttpExchange exchange, int status, Map<String, Object> json) throws IOException {
        byte[] body = (JsonLine.write(json) + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
