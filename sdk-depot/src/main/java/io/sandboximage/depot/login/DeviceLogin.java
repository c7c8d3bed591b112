package io.sandboximage.depot.login;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.DepotConfig;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.LoginMethods;
import io.sandboximage.depot.internal.proto.account.FinishLoginRequest;
import io.sandboximage.depot.internal.proto.account.FinishLoginResponse;
import io.sandboximage.depot.internal.proto.account.StartLoginRequest;
import io.sandboximage.depot.internal.proto.account.StartLoginResponse;
import io.sandboximage.depot.internal.rpc.RpcAnswers;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A login that somebody approves in a browser: show them {@link #approveUrl}, then {@link #await} the token. For one use and one
 * thread; close it to free the connection.
 */
public final class DeviceLogin implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final DepotCalls calls;
    private final String id;
    private final URI approveUrl;

    private DeviceLogin(DepotCalls calls, String id, URI approveUrl) {
        this.calls = calls;
        this.id = id;
        this.approveUrl = approveUrl;
    }

    /** @param access where; its tokens are not used */
    public static DeviceLogin begin(DepotAccess access) {
        DepotCalls calls = DepotCalls.open(access);
        try {
            StartLoginResponse answer =
                    calls.callAsNobody("begin a login", LoginMethods.START, StartLoginRequest.getDefaultInstance());
            return new DeviceLogin(calls, answer.getId(), url(answer.getApproveUrl()));
        } catch (RuntimeException | Error e) {
            calls.close();
            throw e;
        }
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text);
            if (url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // As if it named no host.
        }
        throw new InvalidContentException("Depot gave \"" + text + "\" as the page to log in at, which is no address");
    }

    /** The page where the login is approved. */
    public URI approveUrl() {
        return approveUrl;
    }

    /**
     * Waits for the approval, also over connections that break meanwhile.
     *
     * @return the token
     * @throws DeadlineExceededException if it did not come in time
     * @throws CancelledException if the thread is interrupted
     */
    public String await(Duration limit) {
        ExecutorService executor = DaemonThreads.pool("depot-login");
        try {
            Future<String> token = executor.submit(this::token);
            return token.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for a login to Depot", e);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(
                    "Nobody approved the login to Depot at " + approveUrl + " within " + limit.toSeconds()
                            + " s: begin again",
                    limit,
                    e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException ours ? ours : new IllegalStateException(e);
        } finally {
            executor.shutdownNow();
        }
    }

    /**
     * Waits as {@link #await} does and keeps the token where Depot's command line looks for it.
     *
     * @param organization kept as the one that is meant where none is named
     */
    public void awaitInto(DepotConfig config, Optional<String> organization, Duration limit) {
        config.apiToken(await(limit));
        organization.ifPresent(config::organization);
    }

    private String token() throws InterruptedException {
        while (true) {
            try {
                @Nullable String token = ask();
                if (token != null) {
                    return token;
                }
            } catch (UnavailableException e) {
                CancelledException.throwIfInterrupted("waiting for a login to Depot");
                // Who approves takes longer than proxies keep a silent connection.
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    /** Null where the stream ended without a token. */
    private @Nullable String ask() {
        FinishLoginRequest request = FinishLoginRequest.newBuilder().setId(id).build();
        try (RpcAnswers<FinishLoginResponse> answers =
                calls.answersToNobody("wait for the approval of a login", LoginMethods.FINISH, request)) {
            while (answers.hasNext()) {
                String token = answers.next().getToken();
                if (!token.isEmpty()) {
                    return token;
                }
            }
            return null;
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
