package io.sandboximage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthenticationTest extends RegistryFixture {
    private static final Digest BLOB = Digest.sha256(new byte[0]);

    private final MockWebServer tokens = new MockWebServer();
    private final SettableClock clock = new SettableClock();

    @BeforeEach
    void startTokenServer() throws IOException {
        tokens.start();
    }

    @AfterEach
    void stopTokenServer() {
        tokens.close();
    }

    @Test
    void getsATokenWithBasicCredentials() throws Exception {
        use(as(Credentials.basic("user", "pass")));
        answer(challenge("repository:acme/app:pull"));
        answer(status(200));
        token("{'token':'t1','expires_in':300}");

        assertThat(repository().blobs().exists(BLOB)).isTrue();

        RecordedRequest request = tokens.takeRequest();
        assertThat(request.getMethod()).isEqualTo("GET");
        assertThat(request.getUrl().queryParameter("service")).isEqualTo("registry.test");
        assertThat(request.getUrl().queryParameterValues("scope")).containsExactly("repository:acme/app:pull");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
        assertThat(request().getHeaders().get("Authorization")).isNull();
        assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer t1");
    }

    @Test
    void getsATokenForNobody() throws Exception {
        answer(challenge(""));
        answer(status(200));
        token("{'access_token':'t1'}");

        repository().blobs().exists(BLOB);

        assertThat(tokens.takeRequest().getHeaders().get("Authorization")).isNull();
    }

    @Test
    void exchangesAnIdentityTokenByPost() throws Exception {
        use(as(Credentials.identityToken("refresh1")));
        answer(challenge(""));
        answer(status(200));
        token("{'access_token':'t1','refresh_token':'refresh2','expires_in':60}");

        repository().blobs().exists(BLOB);

        RecordedRequest request = tokens.takeRequest();
        assertThat(request.getMethod()).isEqualTo("POST");
        assertThat(request.getHeaders().get("Authorization")).isNull();
        assertThat(request.getBody().utf8())
                .isEqualTo("grant_type=refresh_token&refresh_token=refresh1&service=registry.test"
                        + "&client_id=sandbox-image-sdk&scope=repository%3Aacme%2Fapp%3Apull");

        clock.advance(Duration.ofMinutes(2));
        answer(status(200));
        token("{'access_token':'t2'}");
        repository().blobs().exists(BLOB);

        assertThat(tokens.takeRequest().getBody().utf8()).contains("refresh_token=refresh2");
    }

    @Test
    void fallsBackToGetWherePostIsUnknown() throws Exception {
        use(as(new Credentials.IdentityToken("user", "refresh1")));
        answer(challenge(""));
        answer(status(200));
        tokens.enqueue(status(404).build());
        token("{'token':'t1'}");

        repository().blobs().exists(BLOB);

        assertThat(tokens.takeRequest().getMethod()).isEqualTo("POST");
        RecordedRequest get = tokens.takeRequest();
        assertThat(get.getMethod()).isEqualTo("GET");
        assertThat(get.getHeaders().get("Authorization"))
                .isEqualTo(new Credentials.Basic("user", "refresh1").authorization());
    }

    @Test
    void fallsBackToPostWhereGetIsUnknown() throws Exception {
        use(as(Credentials.basic("user", "pass")));
        answer(challenge(""));
        answer(status(200));
        tokens.enqueue(status(405).build());
        token("{'access_token':'t1'}");

        repository().blobs().exists(BLOB);

        tokens.takeRequest();
        assertThat(tokens.takeRequest().getBody().utf8()).startsWith("grant_type=password&username=user&password=pass");
    }

    @Test
    void usesATokenUntilItExpires() throws Exception {
        answer(challenge(""));
        token("{'token':'t1','expires_in':100}");
        token("{'token':'t2'}");
        for (int i = 0; i < 4; i++) {
            answer(status(200));
        }

        repository().blobs().exists(BLOB);
        clock.advance(Duration.ofSeconds(90));
        repository().blobs().exists(BLOB);
        clock.advance(Duration.ofSeconds(6));
        repository().blobs().exists(BLOB);
        clock.advance(Duration.ofSeconds(54));
        repository().blobs().exists(BLOB);

        request();
        List<String> used = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            used.add(request().getHeaders().get("Authorization"));
        }
        assertThat(used).containsExactly("Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2");
        assertThat(tokens.getRequestCount()).isEqualTo(2);
    }

    @Test
    void countsTheLifeOfATokenFromItsIssue() throws Exception {
        answer(challenge(""));
        answer(status(200));
        answer(status(200));
        token("{'token':'t1','expires_in':100,'issued_at':'" + clock.instant().minusSeconds(96) + "'}");
        token("{'token':'t2'}");

        repository().blobs().exists(BLOB);
        repository().blobs().exists(BLOB);

        assertThat(tokens.getRequestCount()).isEqualTo(2);
    }

    @Test
    void replacesACachedTokenThatIsRefused() throws Exception {
        answer(challenge(""));
        answer(status(200));
        answer(challenge(""));
        answer(status(200));
        token("{'token':'t1'}");
        token("{'token':'t2'}");

        repository().blobs().exists(BLOB);
        repository().blobs().exists(BLOB);

        request();
        request();
        assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer t1");
        assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer t2");
    }

    @Test
    void neverLoopsOn401() {
        use(as(Credentials.basic("user", "pass")));
        server.setDispatcher(always(challenge("repository:acme/app:pull").build()));
        tokens.setDispatcher(always(json(200, "{'token':'t'}").build()));

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("list the tags of " + registry() + "/acme/app");
        assertThat(server.getRequestCount()).isEqualTo(2);
        assertThat(tokens.getRequestCount()).isEqualTo(1);
    }

    @Test
    void neverLoopsOn401WithBasic() {
        use(as(Credentials.basic("user", "wrong")));
        server.setDispatcher(always(
                status(401).setHeader("WWW-Authenticate", "Basic realm=\"x\"").build()));

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageNotContaining("wrong");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void neverLoopsWhereTheRegistryAlwaysWantsMore() {
        AtomicInteger number = new AtomicInteger();
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return challenge("repository:more" + number.incrementAndGet() + ":pull")
                        .build();
            }
        });
        tokens.setDispatcher(always(json(200, "{'token':'t'}").build()));

        assertThatThrownBy(() -> repository().tags()).isInstanceOf(AuthenticationException.class);
        assertThat(server.getRequestCount()).isEqualTo(3);
    }

    @Test
    void asksForTheScopesThatTheRegistryWants() throws Exception {
        answer(challenge("repository:acme/app:delete,pull repository:other:pull"));
        answer(status(200));
        token("{'token':'t1'}");

        repository().blobs().exists(BLOB);

        assertThat(tokens.takeRequest().getUrl().queryParameterValues("scope"))
                .containsExactly("repository:acme/app:pull,delete", "repository:other:pull");
    }

    @Test
    void asksForBothRepositoriesOfAMount() throws Exception {
        answer(challenge(""));
        answer(status(201));
        token("{'token':'t1'}");

        repository().blobs().mount(BLOB, "acme/base");

        assertThat(tokens.takeRequest().getUrl().queryParameterValues("scope"))
                .containsExactly("repository:acme/app:pull,push", "repository:acme/base:pull");
    }

    @Test
    void usesATokenForPushAlsoToPull() throws Exception {
        answer(challenge(""));
        answer(status(201));
        answer(status(200));
        token("{'token':'t1'}");

        repository().blobs().mount(BLOB, "acme/base");
        repository().blobs().exists(BLOB);

        assertThat(tokens.getRequestCount()).isEqualTo(1);
    }

    @Test
    void fetchesATokenOnceForManyThreads() throws Exception {
        int threads = 8;
        CountDownLatch ready = new CountDownLatch(threads);
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                if (request.getHeaders().get("Authorization") == null) {
                    ready.countDown();
                    ready.await();
                    return challenge("").build();
                }
                return status(200).build();
            }
        });
        tokens.setDispatcher(always(json(200, "{'token':'t','expires_in':300}").build()));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(pool.submit(() -> repository().blobs().exists(BLOB)));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            pool.shutdown();
        }

        assertThat(tokens.getRequestCount()).isEqualTo(1);
    }

    @Test
    void authenticatesByBasic() throws Exception {
        use(as(Credentials.basic("user", "pass")));
        answer(status(401).setHeader("WWW-Authenticate", "Basic realm=\"x\""));
        answer(status(200));
        answer(status(200));

        repository().blobs().exists(BLOB);
        repository().blobs().exists(BLOB);

        assertThat(request().getHeaders().get("Authorization")).isNull();
        assertThat(request().getHeaders().get("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
        assertThat(request().getHeaders().get("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
    }

    @Test
    void sendsARegistryTokenAsItIs() throws Exception {
        use(as(Credentials.bearer("given")));
        answer(challenge(""));
        answer(status(200));

        repository().blobs().exists(BLOB);

        request();
        assertThat(request().getHeaders().get("Authorization")).isEqualTo("Bearer given");
        assertThat(tokens.getRequestCount()).isZero();
    }

    @Test
    void searchesCredentialsAgainWhenTheyAreRefused() throws Exception {
        ConcurrentLinkedQueue<String> passwords = new ConcurrentLinkedQueue<>(List.of("old", "new"));
        use(RegistryClient.builder()
                .clock(clock)
                .credentials(host -> Optional.of(Credentials.basic("user", passwords.remove()))));
        answer(status(401).setHeader("WWW-Authenticate", "Basic realm=\"x\""));
        answer(status(401).setHeader("WWW-Authenticate", "Basic realm=\"x\""));
        answer(status(200));

        assertThat(repository().blobs().exists(BLOB)).isTrue();

        request();
        assertThat(request().getHeaders().get("Authorization"))
                .isEqualTo(new Credentials.Basic("user", "old").authorization());
        assertThat(request().getHeaders().get("Authorization"))
                .isEqualTo(new Credentials.Basic("user", "new").authorization());
    }

    @Test
    void tellsThatTheTokenServerRefuses() {
        use(as(Credentials.basic("user", "hunter2")));
        answer(challenge(""));
        tokens.enqueue(json(401, "{'details':'incorrect username or password'}").build());

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("get a token for repository:acme/app:pull")
                .hasMessageContaining("incorrect username or password")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void tellsThatTheTokenServerGivesNone() {
        answer(challenge(""));
        token("{'expires_in':60}");

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("no token");
    }

    @Test
    void tellsThatARealmIsMissing() {
        answer(status(401).setHeader("WWW-Authenticate", "Bearer service=\"x\""));

        assertThatThrownBy(() -> repository().tags())
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("realm");
    }

    @Test
    void mapsStatuses() {
        for (int status : new int[] {403, 409}) {
            answer(error(status, "DENIED"));
        }
        answer(error(429, "TOOMANYREQUESTS").setHeader("Retry-After", "3600"));
        for (int i = 0; i < 5; i++) {
            answer(error(503, "UNAVAILABLE"));
        }

        assertThatThrownBy(() -> repository().tags()).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> repository().tags()).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> repository().tags())
                .isInstanceOfSatisfying(RateLimitedException.class, e -> assertThat(e.retryAfter())
                        .contains(Duration.ofHours(1)));
        assertThatThrownBy(() -> repository().tags()).isInstanceOf(UnavailableException.class);
    }

    private RegistryClientBuilder as(Credentials credentials) {
        return RegistryClient.builder().clock(clock).credentials(host -> Optional.of(credentials));
    }

    @Override
    RegistryClient newClient(RegistryClientBuilder builder) {
        // The field is not there yet when the fixture makes its first client.
        return super.newClient(clock == null ? builder : builder.clock(clock));
    }

    @BeforeEach
    void useTheClock() {
        use(RegistryClient.builder());
    }

    private MockResponse.Builder challenge(String scope) {
        String scopes = scope.isEmpty() ? "" : ",scope=\"" + scope + "\"";
        return status(401)
                .setHeader(
                        "WWW-Authenticate",
                        "Bearer realm=\"" + tokens.url("/token") + "\",service=\"registry.test\"" + scopes);
    }

    private void token(String body) {
        tokens.enqueue(json(200, body).build());
    }

    private static Dispatcher always(MockResponse response) {
        return new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return response;
            }
        };
    }

    private static final class SettableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
