package io.sandboximage.internal.http;

import java.time.Duration;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * How the HTTP client of one far side behaves. There is no limit on a whole call: blobs may take as long as bytes keep coming.
 *
 * @param readTimeout longest silence while an answer is due
 * @param commitTimeout longest silence after an upload, while the server assembles what it got
 * @param sockets how to reach the far side where that is not plain TCP
 */
public record HttpSettings(
        Duration connectTimeout,
        Duration readTimeout,
        Duration writeTimeout,
        Duration commitTimeout,
        String userAgent,
        Optional<Tls> tls,
        Optional<SocketFactory> sockets,
        RetryPolicy retries) {

    public static final String DEFAULT_USER_AGENT = "sandbox-image-sdk";

    public static HttpSettings defaults() {
        return new HttpSettings(
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5),
                DEFAULT_USER_AGENT,
                Optional.empty(),
                Optional.empty(),
                RetryPolicy.defaults());
    }
}
