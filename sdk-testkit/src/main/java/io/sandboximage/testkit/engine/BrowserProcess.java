package io.sandboximage.testkit.engine;

import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * A real browser without a screen, {@link Engine#CHROMIUM}, driven by its DevTools protocol: opens pages, light or dark, asks them by
 * JavaScript, also those that forbid scripts themselves, and takes pictures. For one thread.
 */
public final class BrowserProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private final Daemon daemon;
    private final WebSocket socket;
    private final Inbox inbox;
    private final int width;
    private final int height;
    private String session = "";
    private int next;

    private BrowserProcess(Daemon daemon, WebSocket socket, Inbox inbox, int width, int height) {
        this.daemon = daemon;
        this.socket = socket;
        this.inbox = inbox;
        this.width = width;
        this.height = height;
    }

    /**
     * Starts one with an empty page.
     *
     * @param folder for its profile and its log; exists
     * @param width of the window, in pixels
     */
    public static BrowserProcess start(Path folder, int width, int height) {
        Path profile = folder.resolve("profile");
        Path portFile = profile.resolve("DevToolsActivePort");
        Daemon daemon = Command.of(
                        Engine.CHROMIUM.path(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-extensions",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--force-device-scale-factor=1",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "--window-size=" + width + "," + height,
                        "about:blank")
                .start(folder.resolve("chromium.log"));
        boolean started = false;
        try {
            // Two lines: the port, and the path of the browser's own end.
            daemon.await("told of its port", PATIENCE, () -> lines(portFile).size() == 2);
            List<String> lines = lines(portFile);
            Inbox inbox = new Inbox();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), inbox)
                    .join();
            BrowserProcess browser = new BrowserProcess(daemon, socket, inbox, width, height);
            browser.attach();
            started = true;
            return browser;
        } finally {
            if (!started) {
                daemon.close();
            }
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void attach() {
        String target =
                call("Target.createTarget", Map.of("url", "about:blank")).requireString("targetId");
        session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .requireString("sessionId");
        call("Page.enable", Map.of());
        call("Network.enable", Map.of());
        size(height);
    }

    private void size(int newHeight) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", newHeight, "deviceScaleFactor", 1, "mobile", false));
    }

    /**
     * Opens a page as someone with this taste sees it, and waits until it is there.
     *
     * @param dark whether {@code prefers-color-scheme} says so
     */
    public void open(URI page, boolean dark) {
        Map<String, Object> scheme = Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
        size(height);
        inbox.requests.clear();
        call("Page.navigate", Map.of("url", page.toString()));
        evaluate("new Promise(done => document.readyState === 'complete' && location.href !== 'about:blank'"
                + " ? done('') : addEventListener('load', () => done('')))");
    }

    /** The addresses that were asked for since the page was opened, its own among them. */
    public List<String> requests() {
        return List.copyOf(inbox.requests);
    }

    /** The string that an expression comes to, or the promise of one; the page cannot forbid it. */
    public String evaluate(String javaScript) {
        JsonView answer =
                call("Runtime.evaluate", Map.of("expression", javaScript, "awaitPromise", true, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(javaScript + "\n" + answer.members());
        }
        return answer.requireObject("result").string("value").orElse("");
    }

    /** The whole page from its top to its bottom as PNG, as wide as the window. */
    public byte[] picture() {
        size(Math.max(height, Integer.parseInt(evaluate("String(document.documentElement.scrollHeight)"))));
        // Two frames, so that what was laid out anew has been painted.
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(''))))");
        String png = call("Page.captureScreenshot", Map.of("format", "png")).requireString("data");
        return Base64.getDecoder().decode(png);
    }

    /** {@link #picture} decoded. */
    public BufferedImage pixels() {
        try {
            return ImageIO.read(new ByteArrayInputStream(picture()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonView call(String method, Map<String, Object> parameters) {
        int id = ++next;
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("id", id);
        request.put("method", method);
        request.put("params", parameters);
        if (!session.isEmpty()) {
            request.put("sessionId", session);
        }
        socket.sendText(new String(Json.write(request), StandardCharsets.UTF_8), true)
                .join();
        while (true) {
            JsonView answer = inbox.take(method);
            if (answer.number("id").filter(i -> i == id).isPresent()) {
                if (answer.has("error")) {
                    throw new AssertionError(method + ": " + answer.members().get("error"));
                }
                return answer.requireObject("result");
            }
        }
    }

    @Override
    public void close() {
        socket.abort();
        daemon.close();
    }

    /** Puts the pieces of messages together; answers wait here, of events only requests are noted. */
    private static final class Inbox implements WebSocket.Listener {
        private final BlockingQueue<JsonView> answers = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                JsonView json =
                        JsonView.parse(message.toString().getBytes(StandardCharsets.UTF_8), MAX_MESSAGE, "message");
                message.setLength(0);
                if (json.has("id")) {
                    answers.add(json);
                } else if (json.string("method")
                        .filter("Network.requestWillBeSent"::equals)
                        .isPresent()) {
                    requests.add(json.requireObject("params")
                            .requireObject("request")
                            .requireString("url"));
                }
            }
            webSocket.request(1);
            return null;
        }

        JsonView take(String what) {
            try {
                JsonView answer = answers.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                if (answer == null) {
                    throw new AssertionError("The browser did not answer to " + what + " within " + PATIENCE);
                }
                return answer;
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for the browser", e);
            }
        }
    }
}
