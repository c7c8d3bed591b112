package io.sandboximage.depot;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the vendor's command line is: tokens and identities of CI jobs, organizations, and the files that it keeps. */
@RequiresEngine(Engine.DEPOT_CLI)
class DepotCliAccountIT {
    private static final String TOKEN = "organization-token";

    @TempDir
    static Path folder;

    private static DepotEmulator emulator;
    private static HttpServer issuer;
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();

    private VendorCli nobody;

    @BeforeAll
    static void start() throws IOException {
        emulator = DepotEmulator.start().token(TOKEN).token("job-identity").project("prj1", "demo");
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/", DepotCliAccountIT::vouch);
        issuer.start();
    }

    @AfterAll
    static void stop() {
        issuer.stop(0);
        emulator.close();
    }

    @BeforeEach
    void begin() throws IOException {
        ASKED.clear();
        nobody = VendorCli.of(emulator.url(), "", Files.createTempDirectory(folder, "home"));
    }

    /** GitHub's answer has the one name, Buildkite's the other. */
    private static void vouch(HttpExchange exchange) throws IOException {
        try (exchange) {
            ASKED.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = "{\"value\":\"job-identity\",\"token\":\"job-identity\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void isAJobOfGitHub() {
        assertIdentity(nobody.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "request-token")
                .env("ACTIONS_ID_TOKEN_REQUEST_URL", issuerUrl() + "/oidc?api-version=2"));
        assertThat(ASKED)
                .singleElement()
                .asString()
                .contains("GET /oidc?", "audience=https%3A%2F%2Fdepot.dev", "bearer request-token");
    }

    @Test
    void isAJobOfBuildkite() {
        assertIdentity(nobody.env("BUILDKITE_AGENT_ACCESS_TOKEN", "agent-token")
                .env("BUILDKITE_JOB_ID", "job1")
                .env("BUILDKITE_AGENT_ENDPOINT", issuerUrl() + "/v3"));
        assertThat(ASKED)
                .singleElement()
                .asString()
                .contains("POST /v3/jobs/job1/oidc/tokens", "Token agent-token", "https://depot.dev");
    }

    @Test
    void isAJobOfGitLabOrCircleCi() {
        assertIdentity(nobody.env("GITLAB_CI", "true").env("DEPOT_OIDC_TOKEN", "job-identity"));
        assertIdentity(nobody.env("CIRCLE_OIDC_TOKEN_V2", "job-identity"));
        assertThat(ASKED).isEmpty();
    }

    @Test
    void takesTokensOfLastResort() {
        assertIdentity(nobody.env("DEPOT_JIT_TOKEN", "job-identity"));
        assertIdentity(nobody.env("DEPOT_CACHE_TOKEN", "job-identity"));
        assertIdentity(nobody.env("DEPOT_API_TOKEN", "job-identity"));
    }

    @Test
    void saysThatItIsNobody() {
        CommandResult refused =
                nobody.command("list", "builds", "--project", "prj1").run();
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("missing API token");
    }

    @Test
    void remembersOrganizationsAndForgetsThem() {
        nobody.command("login", "--quiet", "--org-id", "org1234567").run().orFail();
        assertThat(nobody.command("org", "show").run().orFail().output()).contains("org1234567");
        assertThat(nobody.command("org", "list", "--output", "json")
                        .run()
                        .orFail()
                        .output())
                .contains("\"OrgId\"", "org1234567", "Acme");
        nobody.command("org", "switch", "org1234567").run().orFail();
        assertThat(nobody.command("login", "token").run().orFail().output()).contains("user-token-of-");
        nobody.command("logout").run().orFail();
        assertThat(nobody.command("list", "builds", "--project", "prj1").run().errors())
                .contains("missing API token");
    }

    @Test
    void listsProjectsInEachForm() throws IOException {
        VendorCli somebody = VendorCli.of(emulator.url(), TOKEN, Files.createTempDirectory(folder, "home"));
        assertThat(somebody.command("projects", "list", "--output", "json")
                        .run()
                        .orFail()
                        .output())
                .contains("prj1");
        assertThat(somebody.command("list", "projects", "--output", "csv")
                        .run()
                        .orFail()
                        .output())
                .contains("prj1,demo");
        assertThat(somebody.command("pull-token", "--project", "prj1")
                        .run()
                        .orFail()
                        .output())
                .contains("pull-token");
        DepotCall call = emulator.calls("GetPullToken")
                .get(emulator.calls("GetPullToken").size() - 1);
        // Both fields travel, also the empty one: as ours do.
        assertThat(call.requests().get(0)).contains("project_id: \"prj1\"").contains("build_id: \"\"");
    }

    @Test
    void sendsSizesInBytesWhenItCreatesProjects() throws IOException {
        VendorCli somebody = VendorCli.of(emulator.url(), TOKEN, Files.createTempDirectory(folder, "home"));
        somebody.command("projects", "create", "sized").run().orFail();
        List<DepotCall> calls = emulator.calls("CreateProject");
        assertThat(calls.get(calls.size() - 1).requests().get(0))
                .contains("keep_bytes: 53687091200", "keep_days: 14")
                .doesNotContain("keep_gb");
    }

    private static void assertIdentity(VendorCli cli) {
        cli.command("list", "builds", "--project", "prj1", "--output", "json")
                .run()
                .orFail();
        List<DepotCall> calls = emulator.calls("ListBuilds");
        assertThat(calls.get(calls.size() - 1).token()).contains("job-identity");
    }

    private static String issuerUrl() {
        return "http://127.0.0.1:" + issuer.getAddress().getPort();
    }
}
