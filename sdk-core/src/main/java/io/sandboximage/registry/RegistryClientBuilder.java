package io.sandboximage.registry;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.RetryPolicy;
import io.sandboximage.internal.http.Tls;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/** Settings of a {@link RegistryClient}. Not thread-safe. */
public final class RegistryClientBuilder {
    private CredentialProvider credentials = CredentialProvider.none();
    private Predicate<String> plainHttp = host -> false;
    private Set<String> https = Set.of();
    private Optional<Tls> tls = Optional.empty();
    private Duration connectTimeout = HttpSettings.defaults().connectTimeout();
    private Duration readTimeout = HttpSettings.defaults().readTimeout();
    private Duration writeTimeout = HttpSettings.defaults().writeTimeout();
    private String userAgent = HttpSettings.DEFAULT_USER_AGENT;
    private RetryPolicy retries = RetryPolicy.defaults();
    private UploadSettings uploads = UploadSettings.defaults();
    private boolean foreignUrls;
    private Clock clock = Clock.systemUTC();

    RegistryClientBuilder() {}

    /** Who to be; nobody unless set. */
    public RegistryClientBuilder credentials(CredentialProvider provider) {
        credentials = provider;
        return this;
    }

    /** Registries to speak plain http with. Those on loopback (127.0.0.0/8, ::1, localhost) need no mention. */
    public RegistryClientBuilder plainHttp(String... registries) {
        return plainHttp(Set.of(registries)::contains);
    }

    /** Like {@link #plainHttp(String...)}, decided by {@code host} or {@code host:port} as in image references. */
    public RegistryClientBuilder plainHttp(Predicate<String> registries) {
        plainHttp = registries;
        return this;
    }

    /** Registries to speak https with although they are on loopback. */
    public RegistryClientBuilder https(String... registries) {
        https = Set.of(registries);
        return this;
    }

    /** How to make TLS connections, with trust and client certificates of your own. */
    public RegistryClientBuilder sslContext(SSLContext context) {
        tls = Optional.of(Tls.of(context));
        return this;
    }

    /**
     * Authorities to trust besides the JDK's.
     *
     * @param pem X.509 certificates in PEM form
     * @throws InvalidRequestException if it holds none
     */
    public RegistryClientBuilder trustCertificates(byte[] pem) {
        tls = Optional.of(Tls.trusting(pem));
        return this;
    }

    public RegistryClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive(timeout, "connect timeout");
        return this;
    }

    /** Longest silence while an answer or more of it is due. */
    public RegistryClientBuilder readTimeout(Duration timeout) {
        readTimeout = positive(timeout, "read timeout");
        return this;
    }

    public RegistryClientBuilder writeTimeout(Duration timeout) {
        writeTimeout = positive(timeout, "write timeout");
        return this;
    }

    /** Tries in all for one request, the first included. */
    public RegistryClientBuilder maxAttempts(int attempts) {
        if (attempts < 1) {
            throw new InvalidRequestException("The number of attempts is " + attempts + ", expected at least 1");
        }
        retries = retries.withMaxAttempts(attempts);
        return this;
    }

    public RegistryClientBuilder userAgent(String name) {
        userAgent = name;
        return this;
    }

    /** Uploads larger blobs in chunks of this size, for registries or proxies that limit the body of a request. */
    public RegistryClientBuilder chunkedUploads(long chunkBytes) {
        if (chunkBytes < 1) {
            throw new InvalidRequestException("The chunk size is " + chunkBytes + " bytes, expected at least 1");
        }
        uploads = UploadSettings.chunks(chunkBytes);
        return this;
    }

    /** Whether to fetch blobs that a registry lacks from the https URLs in their descriptors; off unless set. */
    public RegistryClientBuilder foreignUrls(boolean follow) {
        foreignUrls = follow;
        return this;
    }

    public RegistryClient build() {
        return new RegistryClient(this);
    }

    RegistryClientBuilder retries(RetryPolicy policy) {
        retries = policy;
        return this;
    }

    RegistryClientBuilder clock(Clock newClock) {
        clock = newClock;
        return this;
    }

    HttpSettings httpSettings() {
        Duration commitTimeout = HttpSettings.defaults().commitTimeout();
        return new HttpSettings(
                connectTimeout,
                readTimeout,
                writeTimeout,
                readTimeout.compareTo(commitTimeout) > 0 ? readTimeout : commitTimeout,
                userAgent,
                tls,
                Optional.empty(),
                retries);
    }

    CredentialProvider credentials() {
        return credentials;
    }

    Predicate<String> plainHttp() {
        Predicate<String> asked = plainHttp;
        Set<String> secured = https;
        return host -> !secured.contains(host) && (RegistryHost.isLoopback(host) || asked.test(host));
    }

    UploadSettings uploads() {
        return uploads;
    }

    boolean foreignUrls() {
        return foreignUrls;
    }

    Clock clock() {
        return clock;
    }

    private static Duration positive(Duration timeout, String what) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidRequestException("The " + what + " is " + timeout + ", expected a positive duration");
        }
        return timeout;
    }
}
