package io.sandboximage.depot;

import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.EngineSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The vendor's own command line, with nothing of this machine around it: no configuration, no CI service, no proxy. */
final class VendorCli {
    /** Whatever could tell it who it is, or where to go. */
    private static final List<String> FOREIGN = List.of(
            "DEPOT_API_TOKEN",
            "DEPOT_JIT_TOKEN",
            "DEPOT_CACHE_TOKEN",
            "DEPOT_ORG_ID",
            "DEPOT_PROJECT_ID",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            "GITLAB_CI",
            "CIRCLE_OIDC_TOKEN_V2",
            "BUILDKITE_AGENT_ACCESS_TOKEN",
            "GITHUB_EVENT_NAME",
            "HTTPS_PROXY",
            "https_proxy",
            "NO_PROXY",
            "no_proxy");

    private final Command command;
    private final Path home;

    private VendorCli(Command command, Path home) {
        this.command = command;
        this.home = home;
    }

    static VendorCli of(URI url, String token, Path home) {
        Command command =
                Command.of(Engine.DEPOT_CLI.find(EngineSearch.ofMachine()).orElseThrow());
        for (String name : FOREIGN) {
            command = command.env(name, "");
        }
        command = command.env("DEPOT_API_URL", url.toString())
                .env("DEPOT_EXEC_URL", url.toString())
                .env("DEPOT_TOKEN", token)
                .env("DEPOT_BUILD_PLATFORM", "linux/amd64")
                .env("HOME", home.toString())
                .env("XDG_CONFIG_HOME", home.resolve("config").toString())
                .env("DOCKER_CONFIG", home.resolve("docker").toString())
                .env("DOCKER_HOST", "unix://" + home.resolve("no-docker.sock"))
                .env("DEPOT_NO_UPDATE_NOTIFIER", "1")
                .env("DEPOT_ERROR_TELEMETRY", "0")
                .env("DEPOT_NO_SUMMARY_LINK", "1")
                .env("DEPOT_DISABLE_OTEL", "1");
        return new VendorCli(command, home);
    }

    VendorCli env(String name, String value) {
        return new VendorCli(command.env(name, value), home);
    }

    /** What {@code docker login} would have written. */
    VendorCli loggedIn(String registry, String user, String password) {
        try {
            Path folder = Files.createDirectories(home.resolve("docker"));
            Files.writeString(
                    folder.resolve("config.json"),
                    "{\"auths\":{\"%s\":{\"username\":\"%s\",\"password\":\"%s\"}}}"
                            .formatted(registry, user, password));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Command command(Object... arguments) {
        return command.with(arguments);
    }

    Path home() {
        return home;
    }
}
