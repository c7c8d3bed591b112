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
import java.util.Collections;
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

    /** Contract 6.1 and 6.2: what may be wrong with a request for a snapshot. */
    static Stream<Arguments> refusedSnapshots() {
        return Stream.of(
                row(
                        "a name that is an address",
                        400,
                        "name must not contain HTML tags, URLs, or control characters",
                        InvalidRequestException.class),
                row(
                        "a name out of the pattern",
                        400,
                        "Invalid snapshot name format. May contain letters, digits, dots, colons, and dashes",
                        InvalidRequestException.class),
                row(
                        "an image without a tag",
                        400,
                        "Image name must include a tag (e.g., ubuntu:22.04) or digest (@sha256:...)",
                        InvalidRequestException.class),
                row(
                        "the tag latest",
                        400,
                        "Images with tag \":latest\" are not allowed",
                        InvalidRequestException.class),
                row(
                        "an image out of the pattern",
                        400,
                        "Invalid image name format. Must be lowercase, may contain digits, dots, dashes, and single"
                                + " slashes between components",
                        InvalidRequestException.class),
                row(
                        "a bad digest",
                        400,
                        "Invalid digest format. Must be image@sha256:64_hex_characters",
                        InvalidRequestException.class),
                row(
                        "image and build",
                        400,
                        "Cannot specify an image name when using a build info entry",
                        InvalidRequestException.class),
                row(
                        "entrypoint and build",
                        400,
                        "Cannot specify an entrypoint when using a build info entry",
                        InvalidRequestException.class),
                row(
                        "neither image nor build",
                        400,
                        "Must specify an image name when not using a build info entry",
                        InvalidRequestException.class),
                row(
                        "too many CPUs",
                        400,
                        "CPU request 99 exceeds maximum allowed per sandbox (4).\nNeed higher resource limits"
                                + " per-sandbox? Contact us.",
                        "CPU request 99 exceeds maximum allowed per sandbox (4). Need higher resource limits",
                        QuotaExceededException.class),
                row(
                        "too much memory",
                        400,
                        "Memory request 99GB exceeds maximum allowed per sandbox (8GB).",
                        QuotaExceededException.class),
                row(
                        "too much disk",
                        400,
                        "Disk request 99GB exceeds maximum allowed per sandbox (10GB).",
                        QuotaExceededException.class),
                row("too many GPUs", 400, "gpu must not be greater than 1", InvalidRequestException.class),
                row("no GPU free", 400, "No available runners", InvalidRequestException.class),
                row("GPU quota", 400, "GPU quota exceeded. Maximum allowed: 1.", QuotaExceededException.class),
                row(
                        "snapshot quota",
                        400,
                        "Snapshot quota exceeded. Maximum allowed: 30",
                        QuotaExceededException.class),
                row(
                        "several GPU types",
                        400,
                        "gpuType must contain no more than 1 elements",
                        InvalidRequestException.class),
                row(
                        "an unknown GPU type",
                        400,
                        "each value in gpuType must be one of the following values: H100, RTX-PRO-6000",
                        InvalidRequestException.class),
                row(
                        "an unknown class",
                        400,
                        "sandboxClass must be one of the following values: linux-vm, container, android, windows",
                        InvalidRequestException.class),
                row(
                        "the class windows",
                        400,
                        "Windows snapshots cannot be created via this endpoint; ask for one",
                        InvalidRequestException.class),
                row(
                        "no runners",
                        400,
                        "No runners are configured in region 'us' for sandbox class 'windows'. Try a different region or"
                                + " sandbox class.",
                        InvalidRequestException.class),
                row(
                        "no default region",
                        400,
                        "This organization does not have a default region. Please open the Daytona Dashboard to set a"
                                + " default region.",
                        InvalidRequestException.class),
                row(
                        "several violations",
                        400,
                        "entrypoint must be an array, each value in entrypoint must be a string, cpu must not be less"
                                + " than 0",
                        InvalidRequestException.class),
                row("a build that is no object", 400, "buildInfo must be an object", InvalidRequestException.class),
                row("an unknown region", 404, "Region not found", NotFoundException.class),
                row(
                        "a region of others",
                        403,
                        "Region eu is not available to the organization",
                        AccessDeniedException.class),
                row("a body that is too large", 404, "Cannot POST /api/snapshots", InvalidRequestException.class),
                row("a null where none may be", 500, "An unexpected error occurred.", UnavailableException.class));
    }

    /** Contract 6.3 and the tables of the other services. */
    static Stream<Arguments> refusedCalls() {
        return Stream.of(
                row("no such key", 401, "Invalid credentials", AuthenticationException.class),
                row("no permission", 403, "Access denied", AccessDeniedException.class),
                row("no such organisation", 403, "Invalid authentication context", AccessDeniedException.class),
                row("a shared snapshot", 403, "You cannot delete a general snapshot", AccessDeniedException.class),
                row("of another organisation", 404, "Docker registry with ID x not found", NotFoundException.class),
                row(
                        "a name that is taken",
                        409,
                        "Snapshot with name \"app\" already exists for this organization",
                        ConflictException.class),
                row("a state that changes", 409, "Sandbox state change in progress", ConflictException.class),
                row(
                        "too many registries",
                        400,
                        "You have reached the maximum number of registries",
                        QuotaExceededException.class),
                row(
                        "no temporary credentials",
                        400,
                        "Failed to get temporary credentials: x",
                        UnavailableException.class),
                row("a server that broke", 500, "An unexpected error occurred.", UnavailableException.class));
    }

    private static Arguments row(String what, int status, String message, Class<? extends SandboxImageException> type) {
        return row(what, status, message, message, type);
    }

    /** @param shown the message as it must appear, where it is not sent as it is */
    private static Arguments row(
            String what, int status, String message, String shown, Class<? extends SandboxImageException> type) {
        return Arguments.of(what, status, message, shown, type);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedSnapshots")
    void aRefusedSnapshotIsAnExceptionWithTheServersReason(
            String what, int status, String message, String shown, Class<? extends SandboxImageException> type) {
        emulator.next("POST /snapshots", ScriptedAnswer.error(status, message));

        SandboxImageException failure = catchThrowableOfType(SandboxImageException.class, () -> client.snapshots()
                .create(SnapshotSpec.image("app", "ghcr.io/acme/app:1"), ProgressTask.silent()));

        assertThat(failure).as(what).isExactlyInstanceOf(type).hasMessageContaining(shown);
        assertThat(failure.remote().map(RemoteError::status)).contains(status);
        assertThat(emulator.snapshots()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedCalls")
    void aRefusedCallIsAnExceptionWithTheServersReason(
            String what, int status, String message, String shown, Class<? extends SandboxImageException> type) {
        emulator.next("POST /docker-registry", ScriptedAnswer.error(status, message));

        SandboxImageException failure = catchThrowableOfType(SandboxImageException.class, () -> client.registries()
                .create(RegistrySpec.of("r", "ghcr.io", "u", "hush-hush")));

        assertThat(failure).as(what).isExactlyInstanceOf(type).hasMessageContaining(shown);
        assertThat(failure.remote().map(RemoteError::status)).contains(status);
        assertThat(failure.toString()).doesNotContain("hush-hush").doesNotContain("dtn_test");
    }

    @Test
    void anErrorWithoutPathAndTimeIsReadAllTheSame() {
        ScriptedAnswer malformed = new ScriptedAnswer(
                400,
                Map.of("Content-Type", "application/json"),
                "{\"message\":\"Unexpected token\",\"error\":\"Bad Request\",\"statusCode\":400}",
                false);
        emulator.next("POST /docker-registry", malformed);

        assertThatThrownBy(() -> client.registries().create(RegistrySpec.of("r", "ghcr.io", "u", "p")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Unexpected token");
    }

    @Test
    void errorsOfTheToolboxAndOfNewerServersAreReadToo() {
        ScriptedAnswer newer = new ScriptedAnswer(
                409,
                Map.of("Content-Type", "application/json"),
                "{\"statusCode\":409,\"message\":[\"one\",\"two\"],\"code\":\"CONFLICT\",\"source\":\"DAYTONA_DAEMON\"}",
                false);
        emulator.next("POST /docker-registry", newer);

        ConflictException failure = catchThrowableOfType(
                ConflictException.class, () -> client.registries().create(RegistrySpec.of("r", "ghcr.io", "u", "p")));

        assertThat(failure.remote().map(RemoteError::code)).contains("CONFLICT");
        assertThat(failure).hasMessageContaining("one, two");
    }

    @Test
    void maintenanceThatDoesNotEndIsTold() {
        List<ScriptedAnswer> maintenance =
                Collections.nCopies(50, ScriptedAnswer.error(503, "Service is currently under maintenance"));
        emulator.next("(GET|POST) /docker-registry", maintenance.toArray(new ScriptedAnswer[0]));

        assertThatThrownBy(() -> client.registries().list())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("under maintenance")
                .hasMessageContaining("Try again later");
        assertThatThrownBy(() -> client.registries().create(RegistrySpec.of("r", "ghcr.io", "u", "p")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("under maintenance");
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
