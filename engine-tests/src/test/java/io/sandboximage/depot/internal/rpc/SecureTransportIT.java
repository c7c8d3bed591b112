package io.sandboximage.depot.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.depot.internal.proto.account.FinishLoginRequest;
import io.sandboximage.depot.internal.proto.account.FinishLoginResponse;
import io.sandboximage.depot.internal.proto.account.StartLoginRequest;
import io.sandboximage.depot.internal.proto.account.StartLoginResponse;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpSettings;
import io.sandboximage.internal.http.Tls;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.engine.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connect over TLS, as Depot's own service has it. */
@RequiresEngine(Engine.OPENSSL)
class SecureTransportIT {
    private static final String LOGIN = "depot.cli.v1beta1.LoginService";
    private static final RpcMethod<StartLoginRequest, StartLoginResponse> START = RpcMethod.once(
            LOGIN, "StartLogin", StartLoginRequest.getDefaultInstance(), StartLoginResponse.getDefaultInstance());
    private static final RpcMethod<FinishLoginRequest, FinishLoginResponse> FINISH = RpcMethod.once(
            LOGIN, "FinishLogin", FinishLoginRequest.getDefaultInstance(), FinishLoginResponse.getDefaultInstance());
    private static final RpcCall NOBODY = new RpcCall("try", Map.of(), Optional.empty());

    @TempDir
    static Path folder;

    private static TestAuthority authority;
    private static DepotEmulator emulator;
    private static URI secure;

    @BeforeAll
    static void start() {
        authority = TestAuthority.make(folder.resolve("authority"), List.of());
        emulator = DepotEmulator.start();
        secure = emulator.secure(authority);
    }

    @AfterAll
    static void stop() {
        emulator.close();
    }

    @Test
    void callsAndStreamsOverTls() throws IOException {
        Tls tls = Tls.trusting(Files.readAllBytes(authority.certificate()));
        try (ConnectTransport transport = new ConnectTransport(secure, settings(Optional.of(tls)))) {
            String id = transport
                    .unary(START, StartLoginRequest.getDefaultInstance(), NOBODY)
                    .getId();
            try (RpcAnswers<FinishLoginResponse> answers = transport.answers(
                    FINISH, FinishLoginRequest.newBuilder().setId(id).build(), NOBODY)) {
                assertThat(answers.next().getToken()).isEqualTo("user-token-of-" + id);
                assertThat(answers.hasNext()).isFalse();
            }
        }
    }

    @Test
    void strangersAreNotTrusted() {
        try (ConnectTransport transport = new ConnectTransport(secure, settings(Optional.empty()))) {
            assertThatThrownBy(() -> transport.unary(START, StartLoginRequest.getDefaultInstance(), NOBODY))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("certificate");
        }
    }

    private static HttpSettings settings(Optional<Tls> tls) {
        HttpSettings usual = HttpSettings.defaults();
        return new HttpSettings(
                usual.connectTimeout(),
                usual.readTimeout(),
                usual.writeTimeout(),
                usual.commitTimeout(),
                usual.userAgent(),
                tls,
                usual.sockets(),
                usual.retries());
    }
}
