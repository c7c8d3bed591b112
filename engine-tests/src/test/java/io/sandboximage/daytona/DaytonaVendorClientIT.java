package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.internal.json.Json;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RecordedRequest;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our requests beside those of the vendor's own client in Python, which is generated from the vendor's API document and checks types and
 * values by it; and that client against the emulator, whose answers it reads by the document's models. In the version of the last
 * public server, and of the last public document.
 */
@RequiresEngine(Engine.DAYTONA_PYTHON)
class DaytonaVendorClientIT {
    private static final String LAST_SERVER = "0.190.0";
    private static final String LAST_DOCUMENT = "0.205.1";
    private static final Pattern TOOLBOX = Pattern.compile("/toolbox/[^/]+(/.*)");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {LAST_SERVER, LAST_DOCUMENT})
    void theVendorsClientSendsTheSameRequests(String version) throws Exception {
        Map<String, Object> api = new TreeMap<>();
        Map<String, Object> toolbox = new TreeMap<>();
        for (RecordedRequest request : EveryCall.record(folder)) {
            Matcher inSandbox = TOOLBOX.matcher(request.path());
            String path = inSandbox.matches() ? inSandbox.group(1) : request.path();
            Map<String, Object> call =
                    Map.of("method", request.method(), "path", path, "query", request.query(), "body", request.body());
            if (request.query().contains("sourceSandboxId") && version.equals(LAST_SERVER)) {
                continue; // Newer than that.
            }
            String kind = request.line().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "{id}");
            (inSandbox.matches() ? toolbox : api).put(kind + "?" + request.query() + " " + request.body(), call);
        }

        assertThat(compare(version, "daytona_api_client", api)).containsExactly("same: " + api.size());
        assertThat(compare(version, "daytona_toolbox_api_client", toolbox)).containsExactly("same: " + toolbox.size());
        assertThat(api).hasSizeGreaterThan(25);
        assertThat(toolbox).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {LAST_SERVER, LAST_DOCUMENT})
    void theVendorsClientReadsTheEmulatorsAnswers(String version) throws Exception {
        try (DaytonaEmulator emulator =
                DaytonaEmulator.builder().timePerRequest(Duration.ofSeconds(5)).start()) {
            CommandResult result = python(version, "daytona-vendor.py")
                    .with(emulator.url())
                    .run()
                    .orFail();

            assertThat(result.output().lines())
                    .containsExactly(
                            "created pending",
                            "active",
                            "listed 1",
                            "conflict 409",
                            "inactive",
                            "removing",
                            "gone 404",
                            "build active",
                            "registry ghcr.io",
                            "access daytona-transient",
                            "storage daytona-contexts",
                            "sandbox started",
                            "key 6");
        }
    }

    private List<String> compare(String version, String module, Map<String, Object> calls) throws Exception {
        Path file = Files.write(folder.resolve(module + ".json"), Json.write(new ArrayList<>(calls.values())));
        return python(version, "daytona-contract.py")
                .with(module)
                .stdin(file)
                .run()
                .orFail()
                .output()
                .lines()
                .toList();
    }

    private static Command python(String version, String script) throws URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(DaytonaVendorClientIT.class.getResource("/" + script), script)
                .toURI());
        return Command.of(Engine.DAYTONA_PYTHON.path(), version, file).timeout(LIMIT);
    }
}
