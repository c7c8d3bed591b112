package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.daytona.sandbox.SessionResult;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.internal.json.JsonView;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import okhttp3.HttpUrl;

/**
 * A shell in a sandbox that stays between commands: its directory and its variables last, and each command's two outputs are apart.
 * Closing ends it and what runs in it. Thread-safe; commands of one session run one after the other.
 */
public final class SandboxSession implements AutoCloseable {
    private final Api api;
    private final String toolbox;
    private final String sandboxId;
    private final String sandboxName;
    private final String id = "sandbox-image-" + UUID.randomUUID();

    private SandboxSession(Api api, String toolbox, String sandboxId, String sandboxName) {
        this.api = api;
        this.toolbox = toolbox;
        this.sandboxId = sandboxId;
        this.sandboxName = sandboxName;
    }

    static SandboxSession open(Api api, String toolbox, String sandboxId, String sandboxName) {
        SandboxSession session = new SandboxSession(api, toolbox, sandboxId, sandboxName);
        String what = "open a session in the sandbox \"" + sandboxName + "\"";
        HttpUrl url =
                api.elsewhere(what, toolbox, sandboxId, "process", "session").build();
        api.send(what, url, Map.of("sessionId", session.id));
        return session;
    }

    /**
     * Runs a command line and waits for its end.
     *
     * @throws io.sandboximage.error.DeadlineExceededException if it does not end in time; it goes on until the session is closed
     */
    public SessionResult run(String command, Duration atMost) {
        return await(start(command), atMost);
    }

    /** Starts a command line and does not wait for it; gives the command's id. */
    public String start(String command) {
        String what = "start a command in the sandbox \"" + sandboxName + "\"";
        JsonView started = api.post(what, url(what, "exec"), Map.of("command", command, "runAsync", true));
        return JsonLenient.required(started, "cmdId", what);
    }

    /**
     * Waits for the end of a command.
     *
     * @param commandId from {@link #start}
     * @throws io.sandboximage.error.DeadlineExceededException if it does not end in time
     * @throws NotFoundException if there is no such command
     */
    public SessionResult await(String commandId, Duration atMost) {
        String what = "wait for a command in the sandbox \"" + sandboxName + "\"";
        Deadline deadline = new Deadline(api.pace(), atMost);
        Optional<BigDecimal> exitCode = exitCode(what, commandId);
        while (exitCode.isEmpty()) {
            deadline.pause(
                    "trying to " + what,
                    () -> "The command in the sandbox \"" + sandboxName + "\" did not end within " + atMost.toSeconds()
                            + " s. It goes on until its session is closed");
            exitCode = exitCode(what, commandId);
        }
        JsonView logs = api.get(what, url(what, "command", commandId, "logs"));
        return new SessionResult(exitCode.get().intValue(), text(logs, "stdout"), text(logs, "stderr"));
    }

    /** Ends the session; nothing happens if it has ended already. */
    @Override
    public void close() {
        String what = "close a session in the sandbox \"" + sandboxName + "\"";
        try {
            api.run(what, "DELETE", url(what));
        } catch (NotFoundException e) {
            return; // It went with its sandbox.
        }
    }

    private Optional<BigDecimal> exitCode(String what, String commandId) {
        return JsonLenient.number(api.get(what, url(what, "command", commandId)), "exitCode");
    }

    private HttpUrl url(String what, String... more) {
        HttpUrl.Builder url = api.elsewhere(what, toolbox, sandboxId, "process", "session", id);
        for (String segment : more) {
            url.addPathSegment(segment);
        }
        return url.build();
    }

    /** As it is: output may well be blank or begin with a space. */
    private static String text(JsonView json, String name) {
        return json.members().get(name) instanceof String text ? text : "";
    }
}
