package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sandboximage.daytona.account.RateLimit;
import io.sandboximage.daytona.registry.RegistrySpec;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.QuotaExceededException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.ScriptedAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every answer of the API that is no success, by the rows of the contract (6.2 and 6.3). */
class ErrorsTest {
    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    static Stream<Arguments> rows() {
        return Stream.of(
                row(400, "Cannot specify an image name when using a build info entry", InvalidRequestException.class),
                row(400, "Cannot specify an entrypoint when using a build info entry", InvalidRequestException.class),
                row(400, "Must specify an image name when not using a build info entry", InvalidRequestException.class),
                row(400, "CPU request 99 exceeds maximum allowed per sandbox (4).", QuotaExceededException.class),
                row(
                        400,
                        "Memory request 99GB exceeds maximum allowed per sandbox (8GB).",
                        QuotaExceededException.class),
                row(400, "gpu must not be greater than 1", InvalidRequestException.class),
                row(400, "No available runners", InvalidRequestException.class),
                row(400, "GPU quota exceeded. Maximum allowed: 1.", QuotaExceededException.class),
                row(400, "Snapshot quota exceeded. Maximum allowed: 30", QuotaExceededException.class),
                row(400, "You have reached the maximum number of registries", QuotaExceededException.class),
                row(400, "gpuType must contain no more than 1 elements", InvalidRequestException.class),
                row(
                        400,
                        "No runners are configured in region 'us' for sandbox class 'windows'. Try a different region or sandbox class.",
                        InvalidRequestException.class),
                row(
                        400,
                        "This organization does not have a default region. Please open the Daytona Dashboard to set a default region.",
                        InvalidRequestException.class),
                row(400, "Failed to get temporary credentials: x", UnavailableException.class),
                row(400, "entrypoint must be an array, cpu must not be less than 0", InvalidRequestException.class),
                row(401, "Invalid credentials", AuthenticationException.class),
                row(403, "Access denied", AccessDeniedException.class),
                row(403, "Invalid authentication context", AccessDeniedException.class),
                row(403, "Region eu is not available to the organization", AccessDeniedException.class),
                row(404, "Region not found", NotFoundException.class),
                row(404, "Cannot POST /api/snapshots", InvalidRequestException.class),
                row(409, "Sandbox state change in progress", ConflictException.class),
                row(500, "An unexpected error occurred.", UnavailableException.class));
    }

    private static Arguments row(int status, String message, Class<? extends SandboxImageException> type) {
        return Arguments.of(status, message, type);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachBecomesAnExceptionWithTheServersReason(
            int status, String message, Class<? extends SandboxImageException> type) {
        emulator.next("POST /docker-registry", ScriptedAnswer.error(status, message));

        SandboxImageException failure = catchThrowableOfType(SandboxImageException.class, () -> client.registries()
                .create(RegistrySpec.of("r", "ghcr.io", "u", "hush-hush")));

        assertThat(failure).isExactlyInstanceOf(type).hasMessageContaining(message);
        assertThat(failure.remote().map(RemoteError::status)).contains(status);
        assertThat(failure.toString()).doesNotContain("hush-hush").doesNotContain("dtn_test");
    }

    @Test
    void aPostThatWasRefusedForNowIsSentAgain() {
        emulator.next(
                "POST /docker-registry",
                ScriptedAnswer.tooMany(7),
                ScriptedAnswer.error(503, "Service is currently under maintenance"));
        Instant before = emulator.clock().instant();

        client.registries().create(RegistrySpec.of("r", "ghcr.io", "u", "p"));

        assertThat(Duration.between(before, emulator.clock().instant())).isGreaterThanOrEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aLimitThatIsTooLongToWaitForIsTold() {
        emulator.next("GET /snapshots/x", ScriptedAnswer.tooMany(600));

        RateLimitedException failure = catchThrowableOfType(
                RateLimitedException.class, () -> client.snapshots().get("x"));

        assertThat(failure.retryAfter()).contains(Duration.ofMinutes(10));
    }

    @Test
    void theStateOfTheRateLimitsCanBeRead() {
        assertThat(client.rateLimits()).isEmpty();
        client.registries().list();

        RateLimit limit = Objects.requireNonNull(client.rateLimits().get("authenticated"));
        assertThat(limit.limit()).isEqualTo(10_000);
        assertThat(limit.remaining()).isEqualTo(9990);
        assertThat(limit.reset()).isEqualTo(Duration.ofSeconds(42));
    }

    @Test
    void pagesOfGatewaysAreNoAnswers() {
        emulator.next("GET /docker-registry", ScriptedAnswer.html(200));
        assertThatThrownBy(() -> client.registries().list())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("an HTML page instead of Daytona's JSON")
                .hasMessageContaining("API URL");
        emulator.next("GET /docker-registry", ScriptedAnswer.html(403));
        assertThatThrownBy(() -> client.registries().list())
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("an HTML page");
    }

    @Test
    void answersWithoutWhatMattersAreNoAnswers() {
        ScriptedAnswer empty = new ScriptedAnswer(200, Map.of("Content-Type", "application/json"), "{}", false);
        ScriptedAnswer nothing = new ScriptedAnswer(200, Map.of(), "", false);
        emulator.next("GET /snapshots/x", empty, nothing);

        assertThatThrownBy(() -> client.snapshots().get("x"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("\"id\"");
        assertThatThrownBy(() -> client.snapshots().get("x"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("an empty body");
    }

    @Test
    void aKeyThatIsUnknownIsRefused() {
        try (DaytonaClient stranger =
                EmulatedDaytona.builder(emulator).apiKey("dtn_other").build()) {
            assertThatThrownBy(() -> stranger.snapshots().get("x"))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("Invalid credentials");
        }
    }

    @Test
    void aTokenNeedsItsOrganisation() {
        try (DaytonaClient wrong = EmulatedDaytona.builder(emulator)
                        .jwt("jwt-test", "other")
                        .build();
                DaytonaClient right = EmulatedDaytona.builder(emulator)
                        .jwt("jwt-test", DaytonaEmulator.ORGANIZATION)
                        .build()) {
            assertThatThrownBy(() -> wrong.registries().list())
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("DAYTONA_ORGANIZATION_ID");
            assertThat(right.registries().list()).isEmpty();
        }
    }

    @Test
    void callsAreMarked() {
        client.registries().list();

        assertThat(emulator.requests().get(0).headers())
                .containsEntry("x-daytona-source", "sandbox-image-sdk")
                .containsEntry("x-daytona-sdk-version", "0.1.0")
                .doesNotContainKey("x-daytona-organization-id");
    }

    @Test
    void requestsThatAreTooLargeAreNotSent() {
        SnapshotSpec spec = SnapshotSpec.image("app", "ghcr.io/acme/app:1").entrypoint(List.of("x".repeat(101_000)));

        assertThatThrownBy(() -> client.snapshots().create(spec, ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("takes no more than 100000");
        assertThat(emulator.requests()).isEmpty();
    }
}
