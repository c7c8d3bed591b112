package io.sandboximage.depot.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.DepotConfig;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.testkit.depot.DepotEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceLoginTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final DepotEmulator emulator = DepotEmulator.start();

    @AfterEach
    void stop() {
        emulator.close();
    }

    @ParameterizedTest
    @EnumSource
    void tokenIsKeptWhereTheCommandLineLooks(DepotAccess.Protocol protocol) throws IOException {
        emulator.loginWait(Duration.ofMillis(200));
        DepotConfig config = DepotConfig.at(folder.resolve("depot.yaml"));
        try (DeviceLogin login = DeviceLogin.begin(access().protocol(protocol))) {
            assertThat(login.approveUrl().toString()).contains("/authenticate/");
            login.awaitInto(config, Optional.of("org1"), LIMIT);
        }
        assertThat(config.apiToken().orElseThrow()).startsWith("user-token-of-");
        assertThat(config.organization()).contains("org1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.file())))
                .isEqualTo("rw-------");
        assertThat(emulator.calls()).allMatch(call -> call.token().isEmpty());
    }

    @Test
    void waitsOnAfterABrokenConnection() {
        emulator.cutNext("FinishLogin");
        try (DeviceLogin login = DeviceLogin.begin(access())) {
            assertThat(login.await(LIMIT)).startsWith("user-token-of-");
        }
    }

    @Test
    void loginThatNobodyApprovesEndsInTime() {
        emulator.loginWait(Duration.ofMinutes(5));
        try (DeviceLogin login = DeviceLogin.begin(access())) {
            assertThatThrownBy(() -> login.await(Duration.ofMillis(300)))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining(login.approveUrl().toString());
        }
    }

    @Test
    void interruptEndsTheWait() {
        emulator.loginWait(Duration.ofMinutes(5));
        try (DeviceLogin login = DeviceLogin.begin(access())) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> login.await(LIMIT)).isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void serviceThatIsAwayIsNoLogin() {
        DepotAccess access = access();
        emulator.close();
        assertThatThrownBy(() -> DeviceLogin.begin(access)).isInstanceOf(UnavailableException.class);
    }

    private DepotAccess access() {
        return DepotAccess.of(TokenProvider.of("not-used")).at(emulator.url());
    }
}
