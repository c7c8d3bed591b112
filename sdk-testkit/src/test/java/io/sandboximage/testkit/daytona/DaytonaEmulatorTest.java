package io.sandboximage.testkit.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.internal.json.JsonView;
import io.sandboximage.testkit.daytona.SnapshotFate.End;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which the live server differs from what its specification or common sense would have it, by raw requests. */
class DaytonaEmulatorTest {
    private static final String IMAGE = "{\"name\":\"%s\",\"imageName\":\"ghcr.io/acme/app:1.0\"}";
    private static final String BUILD = "{\"name\":\"%s\",\"buildInfo\":{\"dockerfileContent\":\"FROM alpine:3.20\"}}";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final HttpClient http = HttpClient.newHttpClient();
    private DaytonaEmulator emulator = DaytonaEmulator.start();

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void creationIsAnsweredWith200AndPending() {
        Answered answer = send("POST", "/snapshots", IMAGE.formatted("app"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("state")).isEqualTo("pending");
        assertThat(answer.json().members()).containsEntry("size", null).containsEntry("entrypoint", null);
    }

    @Test
    void aSnapshotGoesFromPendingOverPullingToActive() {
        String id = create(IMAGE, "app");
        emulator.clock().advance(Duration.ofSeconds(3));
        assertThat(state("app")).isEqualTo("pulling");
        emulator.clock().advance(MINUTE);
        assertThat(send("GET", "/snapshots/" + id).text("state")).isEqualTo("active");
        assertThat(send("GET", "/snapshots/" + id).json().members()).containsKey("size");
    }

    @Test
    void deletionIs200WithoutABodyThenRemovingForAWhileThenNotFound() {
        String id = create(IMAGE, "app");

        Answered deleted = send("DELETE", "/snapshots/" + id);
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.body()).isEmpty();
        assertThat(state("app")).isEqualTo("removing");
        assertThat(send("DELETE", "/snapshots/" + id).status()).isEqualTo(200);
        emulator.clock().advance(Duration.ofSeconds(8));
        assertThat(state("app")).isEqualTo("removing");
        emulator.clock().advance(Duration.ofSeconds(2));
        assertThat(send("GET", "/snapshots/" + id).status()).isEqualTo(404);
        assertThat(send("DELETE", "/snapshots/" + id).status()).isEqualTo(404);
    }

    @Test
    void aNameStaysTakenWhileItsSnapshotIsRemoved() {
        send("DELETE", "/snapshots/" + create(IMAGE, "app"));

        Answered taken = send("POST", "/snapshots", IMAGE.formatted("app"));

        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.text("message")).isEqualTo("Snapshot with name \"app\" already exists for this organization");
        emulator.clock().advance(MINUTE);
        assertThat(send("POST", "/snapshots", IMAGE.formatted("app")).status()).isEqualTo(200);
    }

    @Test
    void whatChangesASnapshotTakesItsIdAlone() {
        create(IMAGE, "app");

        for (Answered refused : List.of(
                send("DELETE", "/snapshots/app"),
                send("POST", "/snapshots/app/activate"),
                send("POST", "/snapshots/app/deactivate"))) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text("message")).isEqualTo("Validation failed (uuid is expected)");
        }
        assertThat(send("DELETE", "/snapshots/none").status()).isEqualTo(404);
        assertThat(send("GET", "/snapshots/app").status()).isEqualTo(200);
    }

    @Test
    void namesAreFoundWhenTheyAreEncodedAsOneSegment() {
        create(IMAGE, "team/app:1");

        assertThat(send("GET", "/snapshots/team%2Fapp%3A1").status()).isEqualTo(200);
        Answered raw = send("GET", "/snapshots/team/app:1");
        assertThat(raw.status()).isEqualTo(404);
        assertThat(raw.text("message")).isEqualTo("Cannot GET /api/snapshots/team/app:1");
    }

    @Test
    void aFailedSnapshotHasAReasonThatStaysAndNoReference() {
        emulator.fate("app", SnapshotFate.error("manifest unknown"));
        String id = create(IMAGE, "app");
        emulator.clock().advance(MINUTE);

        Answered failed = send("GET", "/snapshots/app");
        assertThat(failed.text("state")).isEqualTo("error");
        assertThat(failed.text("errorReason")).isEqualTo("manifest unknown");
        assertThat(failed.json().members()).containsEntry("ref", null);
        send("POST", "/snapshots/" + id + "/deactivate");
        assertThat(send("GET", "/snapshots/app").text("state")).isEqualTo("inactive");
        assertThat(send("GET", "/snapshots/app").text("errorReason")).isEqualTo("manifest unknown");
    }

    @Test
    void aSnapshotCanBecomeInactiveOrStayPendingWhileItIsWaitedFor() {
        emulator.fate("stopped", SnapshotFate.ending(End.INACTIVE));
        emulator.fate("waiting", SnapshotFate.ending(End.PENDING_FOREVER));
        create(IMAGE, "stopped");
        create(IMAGE, "waiting");

        emulator.clock().advance(Duration.ofDays(1));

        assertThat(state("stopped")).isEqualTo("inactive");
        assertThat(state("waiting")).isEqualTo("pending");
    }

    @Test
    void aBuildHasAnEmptyImageNameAndNullForHashesThatWereNotSent() {
        create(BUILD, "app");

        JsonView snapshot = send("GET", "/snapshots/app").json();
        assertThat(snapshot.members()).containsEntry("imageName", "");
        assertThat((Map<?, ?>) snapshot.members().get("buildInfo"))
                .satisfies(info -> assertThat(info.get("contextHashes")).isNull());
    }

    @Test
    void aBuildThatWasMadeBeforeIsActiveInTheAnswer() {
        create(BUILD, "one");
        emulator.clock().advance(MINUTE);
        assertThat(state("one")).isEqualTo("active");

        assertThat(send("POST", "/snapshots", BUILD.formatted("two")).text("state"))
                .isEqualTo("active");
    }

    @Test
    void activationWaitsTenMinutesAfterDeactivation() {
        String id = create(IMAGE, "app");
        emulator.clock().advance(MINUTE);
        assertThat(send("POST", "/snapshots/" + id + "/activate").text("message"))
                .isEqualTo("Snapshot " + id + " is already active");
        assertThat(send("POST", "/snapshots/" + id + "/deactivate").status()).isEqualTo(204);

        assertThat(send("POST", "/snapshots/" + id + "/activate").text("message"))
                .isEqualTo("Snapshot deactivation is still in progress. Please try again in a few minutes.");
        emulator.clock().advance(Duration.ofMinutes(10));
        assertThat(send("POST", "/snapshots/" + id + "/activate").text("state")).isEqualTo("pending");
        assertThat(send("POST", "/snapshots/" + id + "/activate").text("message"))
                .isEqualTo("Snapshot " + id + " cannot be activated - it is in pending state");
    }

    @Test
    void limitsOfRatesStandInHeadersOfTheirOwn() {
        emulator.next("GET /snapshots", ScriptedAnswer.tooMany(7));

        HttpResponse<String> refused = raw("GET", "/snapshots", Optional.empty(), "Bearer dtn_test");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
        assertThat(refused.headers().firstValue("Retry-After-authenticated")).contains("7");
        assertThat(raw("GET", "/snapshots", Optional.empty(), "Bearer dtn_test")
                        .headers()
                        .firstValue("X-RateLimit-Remaining-authenticated"))
                .isPresent();
    }

    @Test
    void aRequestThatIsTooLargeIsNotFound() {
        Answered refused = send("POST", "/snapshots", IMAGE.formatted("x".repeat(110_000)));

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.text("message")).isEqualTo("Cannot POST /api/snapshots");
    }

    @Test
    void whoMayNotIsToldInTheServersWords() {
        assertThat(new Answered(raw("GET", "/snapshots", Optional.empty(), "Bearer other")).text("message"))
                .isEqualTo("Invalid credentials");
        assertThat(raw("GET", "/snapshots", Optional.empty(), "dtn_test").statusCode())
                .isEqualTo(401);
        assertThat(raw("GET", "/snapshots", Optional.empty(), "bearer dtn_test").statusCode())
                .isEqualTo(200);
        assertThat(new Answered(raw("GET", "/snapshots", Optional.empty(), "Bearer jwt-test")).text("message"))
                .isEqualTo("Invalid authentication context");
        emulator.close();
        emulator = DaytonaEmulator.builder().without("write:snapshots").start();
        Answered denied = send("POST", "/snapshots", IMAGE.formatted("app"));
        assertThat(denied.status()).isEqualTo(403);
        assertThat(denied.text("message")).isEqualTo("Access denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"a\",\"imageName\":\"b:1\",\"cpu\":null}",
                "{\"name\":\"a\",\"imageName\":\"b:1\",\"cpu\":1.5}",
                "{\"name\":\"a\",\"buildInfo\":{}}",
                "{\"name\":\"a\",\"buildInfo\":{\"dockerfileContent\":\"FROM a:1\",\"contextHashes\":null}}"
            })
    void someRequestsBreakTheServer(String body) {
        Answered broken = send("POST", "/snapshots", body);

        assertThat(broken.status()).isEqualTo(500);
        assertThat(broken.text("message")).isEqualTo("An unexpected error occurred.");
    }

    @Test
    void malformedJsonIsAnsweredWithoutPathAndTime() {
        Answered refused = send("POST", "/snapshots", "{");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().members()).containsOnlyKeys("statusCode", "error", "message");
    }

    @Test
    void anUpdateOfARegistryWithoutProjectLeavesItOutOfTheAnswer() {
        String registry = "{\"name\":\"r\",\"url\":\"https://ghcr.io/\",\"username\":\"u\",\"password\":\"p\"}";
        Answered made = send("POST", "/docker-registry", registry);

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.text("url")).isEqualTo("https://ghcr.io");
        assertThat(made.json().members()).doesNotContainKey("password");
        assertThat(send("PATCH", "/docker-registry/" + made.text("id"), registry)
                        .json()
                        .members())
                .doesNotContainKey("project");
    }

    @Test
    void theLogOfAFailedBuildNeverEnds() throws IOException, InterruptedException {
        emulator.fate("app", SnapshotFate.error("failed to build image").log("step 1"));
        String id = create(BUILD, "app");
        emulator.clock().advance(MINUTE);
        String url = send("GET", "/snapshots/" + id + "/build-logs-url").text("url");

        HttpResponse<InputStream> log =
                http.send(request("GET", url + "?follow=true", Optional.empty(), "Bearer dtn_test"), streams());
        try (InputStream body = log.body()) {
            byte[] line = body.readNBytes("step 1\n".length());
            assertThat(new String(line, StandardCharsets.UTF_8)).isEqualTo("step 1\n");
            // A read would block until the server is closed: nothing more is there, and the end is not either.
            assertThat(body.available()).isZero();
        }
        String whole = http.send(
                        request("GET", url, Optional.empty(), "Bearer dtn_test"), HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(whole).isEqualTo("step 1\n");
    }

    @Test
    void aListBeyondItsEndIsEmptyAndItsLimitsAreChecked() {
        create(IMAGE, "app");

        assertThat(send("GET", "/snapshots?page=5&limit=200").body()).contains("\"items\":[]", "\"total\":1");
        assertThat(send("GET", "/snapshots?limit=201").text("message")).isEqualTo("limit must not be greater than 200");
    }

    @Test
    void pushAccessEndsAfterAnHourAndEachCallMakesAnAccount() {
        Answered one = send("GET", "/docker-registry/registry-push-access");
        Answered two = send("GET", "/docker-registry/registry-push-access");

        assertThat(one.text("username")).isNotEqualTo(two.text("username")).contains("$", "+");
        assertThat(emulator.robots().accepts(one.text("username"), one.text("secret")))
                .isTrue();
        emulator.clock().advance(Duration.ofHours(1));
        assertThat(emulator.robots().accepts(one.text("username"), one.text("secret")))
                .isFalse();
    }

    @Test
    void theObjectStorageRefusesWhatIsNotSigned() {
        String storage = send("GET", "/object-storage/push-access").text("storageUrl");

        HttpResponse<String> refused =
                exchange(request("GET", storage + "/bucket", Optional.empty(), "Bearer dtn_test"));

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("<Code>AccessDenied</Code>");
    }

    private record Answered(int status, String body) {
        Answered(HttpResponse<String> response) {
            this(response.statusCode(), response.body());
        }

        JsonView json() {
            return JsonView.parse(body.getBytes(StandardCharsets.UTF_8), 1 << 20, "answer");
        }

        String text(String member) {
            return String.valueOf(json().members().get(member));
        }
    }

    private String create(String body, String name) {
        return send("POST", "/snapshots", body.formatted(name)).text("id");
    }

    private String state(String name) {
        return send("GET", "/snapshots/" + name).text("state");
    }

    private Answered send(String method, String path) {
        return new Answered(raw(method, path, Optional.empty(), "Bearer dtn_test"));
    }

    private Answered send(String method, String path, String body) {
        return new Answered(raw(method, path, Optional.of(body), "Bearer dtn_test"));
    }

    private HttpResponse<String> raw(String method, String path, Optional<String> body, String authorization) {
        return exchange(request(method, emulator.url() + path, body, authorization));
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpRequest request(String method, String url, Optional<String> body, String authorization) {
        return HttpRequest.newBuilder(URI.create(url))
                .method(
                        method,
                        body.map(HttpRequest.BodyPublishers::ofString).orElse(HttpRequest.BodyPublishers.noBody()))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .build();
    }

    private static HttpResponse.BodyHandler<InputStream> streams() {
        return HttpResponse.BodyHandlers.ofInputStream();
    }
}
