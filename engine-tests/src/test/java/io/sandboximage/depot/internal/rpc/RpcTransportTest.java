package io.sandboximage.depot.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.depot.internal.proto.account.FinishLoginRequest;
import io.sandboximage.depot.internal.proto.account.FinishLoginResponse;
import io.sandboximage.depot.internal.proto.account.ListProjectsRequest;
import io.sandboximage.depot.internal.proto.account.ListProjectsResponse;
import io.sandboximage.depot.internal.proto.account.StartLoginRequest;
import io.sandboximage.depot.internal.proto.account.StartLoginResponse;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.testkit.depot.DepotEmulator;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both protocols against the emulator: answers, streams, and every code of the service. */
class RpcTransportTest {
    private static final String LOGIN = "depot.cli.v1beta1.LoginService";
    private static final RpcMethod<StartLoginRequest, StartLoginResponse> START = RpcMethod.once(
            LOGIN, "StartLogin", StartLoginRequest.getDefaultInstance(), StartLoginResponse.getDefaultInstance());
    private static final RpcMethod<FinishLoginRequest, FinishLoginResponse> FINISH = RpcMethod.once(
            LOGIN, "FinishLogin", FinishLoginRequest.getDefaultInstance(), FinishLoginResponse.getDefaultInstance());
    private static final RpcMethod<ListProjectsRequest, ListProjectsResponse> LIST = RpcMethod.once(
            "depot.cli.v1beta1.ProjectsService",
            "ListProjects",
            ListProjectsRequest.getDefaultInstance(),
            ListProjectsResponse.getDefaultInstance());
    private static final RpcCall NOBODY = new RpcCall("try", Map.of(), Optional.empty());

    private static DepotEmulator emulator;

    enum Kind {
        CONNECT(url -> new ConnectTransport(url, HttpSettings.defaults())),
        GRPC(url -> new GrpcTransport(url, "test"));

        private final Function<URI, RpcTransport> opener;

        Kind(Function<URI, RpcTransport> opener) {
            this.opener = opener;
        }
    }

    @BeforeAll
    static void start() {
        emulator = DepotEmulator.start().token("token");
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    @ParameterizedTest
    @EnumSource
    void readsAnswersAsTheyCome(Kind kind) {
        try (RpcTransport transport = kind.opener.apply(emulator.url())) {
            String id = transport
                    .unary(START, StartLoginRequest.getDefaultInstance(), NOBODY)
                    .getId();
            try (RpcAnswers<FinishLoginResponse> answers = transport.answers(
                    FINISH, FinishLoginRequest.newBuilder().setId(id).build(), NOBODY)) {
                assertThat(answers.next().getToken()).isEqualTo("user-token-of-" + id);
                assertThat(answers.hasNext()).isFalse();
            }
            try (RpcAnswers<FinishLoginResponse> answers =
                    transport.answers(FINISH, FinishLoginRequest.getDefaultInstance(), NOBODY)) {
                assertThatThrownBy(answers::hasNext)
                        .isInstanceOf(NotFoundException.class)
                        .hasMessageContaining("Login not found");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCodeIsAnExceptionWithTheWordsOfTheService(Kind kind) {
        Map<String, Class<?>> expected = Map.ofEntries(
                Map.entry("invalid_argument", InvalidRequestException.class),
                Map.entry("out_of_range", InvalidRequestException.class),
                Map.entry("unimplemented", InvalidRequestException.class),
                Map.entry("not_found", NotFoundException.class),
                Map.entry("already_exists", ConflictException.class),
                Map.entry("aborted", ConflictException.class),
                Map.entry("failed_precondition", ConflictException.class),
                Map.entry("permission_denied", AccessDeniedException.class),
                Map.entry("unauthenticated", AuthenticationException.class),
                Map.entry("resource_exhausted", RateLimitedException.class),
                Map.entry("data_loss", IntegrityException.class),
                Map.entry("deadline_exceeded", DeadlineExceededException.class),
                Map.entry("unavailable", UnavailableException.class),
                Map.entry("internal", UnavailableException.class),
                Map.entry("unknown", UnavailableException.class),
                Map.entry("canceled", UnavailableException.class));
        try (RpcTransport transport = kind.opener.apply(emulator.url())) {
            expected.forEach((code, type) -> {
                emulator.refuseNext("ListProjects", code, "because of " + code);
                assertThatThrownBy(() -> transport.unary(LIST, ListProjectsRequest.getDefaultInstance(), NOBODY))
                        .isInstanceOf(type)
                        .hasMessageContainingAll("Could not try", "because of " + code);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void callEndsAtItsDeadline(Kind kind) {
        emulator.loginWait(Duration.ofSeconds(5));
        RpcCall hurried = new RpcCall("wait", Map.of(), Optional.of(Duration.ofMillis(300)));
        try (RpcTransport transport = kind.opener.apply(emulator.url())) {
            String id = transport
                    .unary(START, StartLoginRequest.getDefaultInstance(), NOBODY)
                    .getId();
            assertThatThrownBy(() -> {
                        try (RpcAnswers<FinishLoginResponse> answers = transport.answers(
                                FINISH,
                                FinishLoginRequest.newBuilder().setId(id).build(),
                                hurried)) {
                            answers.next();
                        }
                    })
                    .isInstanceOf(DeadlineExceededException.class);
        } finally {
            emulator.loginWait(Duration.ZERO);
        }
    }
}
