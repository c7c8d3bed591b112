package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A daemon from before the newer calls: it answers them with UNIMPLEMENTED. */
class OldDaemonTest {
    private Server daemon;
    private BuildKitClient client;

    @BeforeEach
    void start() throws IOException {
        daemon = OkHttpServerBuilder.forPort(0, InsecureServerCredentials.create())
                .build()
                .start();
        client = BuildKitClient.connect(BuildKitAddress.tcp("127.0.0.1", daemon.getPort()));
    }

    @AfterEach
    void stop() {
        client.close();
        daemon.shutdownNow();
    }

    @Test
    void callsThatItDoesNotKnowSayThatItIsTooOld() {
        Digest digest = Digest.sha256(new byte[0]);

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> client.history().list(BuildHistoryQuery.all()),
                () -> client.history().get("reference"),
                () -> client.history().pin("reference"),
                () -> client.content().size(digest),
                () -> client.content().open(digest, 0).read())) {
            assertThatThrownBy(call)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("too old")
                    .hasMessageContaining("tcp://127.0.0.1:" + daemon.getPort());
        }
    }

    @Test
    void versionIsNotKnown() {
        assertThat(client.version()).isEmpty();
    }
}
