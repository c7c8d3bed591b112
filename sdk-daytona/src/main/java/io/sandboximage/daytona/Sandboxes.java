package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.daytona.sandbox.DaytonaSandbox;
import io.sandboximage.daytona.sandbox.ExecResult;
import io.sandboximage.daytona.sandbox.SandboxSpec;
import io.sandboximage.daytona.sandbox.SandboxState;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.JsonView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import okhttp3.HttpUrl;

/** Daytona's sandboxes: what is needed to prove that a snapshot works. Thread-safe. */
public final class Sandboxes {
    private static final String PATH = "sandbox";
    private static final Duration REMOVAL = Duration.ofMinutes(2);
    private static final int MAX_PAGES = 100;

    private final Api api;

    Sandboxes(Api api) {
        this.api = api;
    }

    /**
     * Starts a sandbox and waits until it runs. Closing what comes back deletes it. One that does not come up in time is deleted, too.
     *
     * @throws DeadlineExceededException if it does not run in time
     * @throws InvalidContentException with the server's reason if it fails to start
     * @throws io.sandboximage.error.InvalidRequestException if the snapshot is not there or not active
     */
    public RunningSandbox start(SandboxSpec spec, Duration atMost) {
        // The name is ours: a sandbox whose creation was not answered can be found and removed by it.
        String name = spec.name().orElseGet(() -> "sandbox-image-" + UUID.randomUUID());
        Deadline deadline = new Deadline(api.pace(), atMost);
        try {
            return new RunningSandbox(this, await(create(spec, name), deadline, SandboxState::started, "started"));
        } catch (ConflictException e) {
            throw e; // The name is somebody else's, and so is the sandbox.
        } catch (RuntimeException e) {
            removeAfter(name, e);
            throw e;
        }
    }

    /** @throws NotFoundException if there is none */
    public DaytonaSandbox get(String nameOrId) {
        String what = "look up the sandbox \"" + nameOrId + "\"";
        return parse(api.get(what, api.url(PATH, nameOrId).build()), what);
    }

    /** Stops it and waits for that. */
    public DaytonaSandbox stop(String nameOrId, Duration atMost) {
        String what = "stop the sandbox \"" + nameOrId + "\"";
        DaytonaSandbox stopping =
                parse(api.post(what, api.url(PATH, nameOrId, "stop").build(), Map.of()), what);
        return await(stopping, new Deadline(api.pace(), atMost), SandboxState.STOPPED::equals, "stopped");
    }

    /** Deletes it and waits until it is gone, at most two minutes. Nothing happens if it is gone already. */
    public void deleteAndWait(String nameOrId) {
        String what = "delete the sandbox \"" + nameOrId + "\"";
        Deadline deadline = new Deadline(api.pace(), REMOVAL);
        while (true) {
            try {
                // By id from here on: deleting changes the name.
                String id = get(nameOrId).id();
                delete(what, id);
                awaitGone(id, nameOrId, deadline);
                return;
            } catch (NotFoundException e) {
                return;
            } catch (ConflictException e) {
                // Its state is just changing: the server wants to be asked again.
                deadline.pause("trying to " + what, () -> String.valueOf(e.getMessage()));
            }
        }
    }

    /** Runs a command line in the sandbox's shell; the command is stopped after {@code atMost}. */
    public ExecResult exec(DaytonaSandbox sandbox, String command, Duration atMost) {
        String what = "run a command in the sandbox \"" + sandbox.name() + "\"";
        HttpUrl url = api.elsewhere(what, toolbox(sandbox), sandbox.id(), "process", "execute")
                .build();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("command", command);
        body.put("timeout", Math.max(1, atMost.toSeconds()));
        JsonView answer;
        try {
            answer = api.postPatiently(what, url, body, atMost);
        } catch (UnavailableException e) {
            if (e.remote().filter(remote -> remote.status() == 408).isPresent()) {
                throw new DeadlineExceededException(
                        "The command \"" + command + "\" in the sandbox \"" + sandbox.name() + "\" did not end within "
                                + atMost.toSeconds() + " s and was stopped",
                        atMost,
                        e);
            }
            throw e;
        }
        int exitCode = JsonLenient.number(answer, "exitCode")
                .orElseThrow(() -> new UnavailableException("Could not " + what + ": the answer has no exit code"))
                .intValue();
        String output = answer.members().get("result") instanceof String text ? text : "";
        return new ExecResult(exitCode, output);
    }

    /** Opens a shell that stays between commands. Closing it ends it; so does the end of the sandbox. */
    public SandboxSession openSession(DaytonaSandbox sandbox) {
        return SandboxSession.open(api, toolbox(sandbox), sandbox.id(), sandbox.name());
    }

    /** Whether there are sandboxes that were made from this snapshot. */
    boolean useSnapshot(String name) {
        String what = "look for sandboxes of the snapshot \"" + name + "\"";
        Optional<String> cursor = Optional.empty();
        for (int page = 0; page < MAX_PAGES; page++) {
            HttpUrl.Builder url = api.url(PATH).addQueryParameter("snapshots", name);
            cursor.ifPresent(c -> url.addQueryParameter("cursor", c));
            Api.Page found = api.page(what, url.build());
            // Servers that do not know the filter answer with all there are.
            if (found.items().stream().anyMatch(json -> JsonLenient.text(json, "snapshot")
                    .filter(name::equals)
                    .isPresent())) {
                return true;
            }
            cursor = found.next();
            if (cursor.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private DaytonaSandbox create(SandboxSpec spec, String name) {
        String what = "start a sandbox from the snapshot \"" + spec.snapshot() + "\"";
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("snapshot", spec.snapshot());
        if (!spec.env().isEmpty()) {
            body.put("env", spec.env());
        }
        if (!spec.labels().isEmpty()) {
            body.put("labels", spec.labels());
        }
        spec.region().ifPresent(region -> body.put("target", region));
        body.put("autoStopInterval", spec.autoStop().toMinutes());
        body.put(
                "autoDeleteInterval",
                spec.autoDelete().isNegative() ? -1 : spec.autoDelete().toMinutes());
        return parse(api.post(what, api.url(PATH).build(), body), what);
    }

    private DaytonaSandbox await(
            DaytonaSandbox sandbox, Deadline deadline, Predicate<SandboxState> reached, String goal) {
        DaytonaSandbox now = sandbox;
        while (!reached.test(now.state())) {
            String reason = now.errorReason().orElse("Daytona gives no reason");
            if (now.state().failed()) {
                throw new InvalidContentException("The sandbox \"" + now.name() + "\" of the snapshot \""
                        + now.snapshot().orElse("?") + "\" is in the state " + now.state() + " instead of " + goal
                        + ": "
                        + reason);
            }
            if (now.state().gone()) {
                throw new NotFoundException("The sandbox \"" + now.name() + "\" was deleted while it was waited for");
            }
            DaytonaSandbox last = now;
            deadline.pause(
                    "waiting for the sandbox " + now.name(),
                    () -> "The sandbox \"" + last.name() + "\" was still " + last.state() + " instead of " + goal
                            + " when the deadline of " + deadline.limit().toSeconds() + " s passed");
            try {
                now = get(now.id());
            } catch (UnavailableException e) {
                now = last; // The deadline decides how long.
            }
        }
        return now;
    }

    private void delete(String what, String id) {
        api.run(what, "DELETE", api.url(PATH, id).build());
    }

    private void awaitGone(String id, String name, Deadline deadline) {
        while (!get(id).state().equals(SandboxState.DESTROYED)) {
            deadline.pause(
                    "waiting for the removal of the sandbox " + name,
                    () -> "The sandbox \"" + name + "\" was still being removed when the deadline of "
                            + deadline.limit().toSeconds() + " s passed");
        }
    }

    private void removeAfter(String name, RuntimeException failure) {
        boolean interrupted = Thread.interrupted(); // It would stop the removal, too.
        try {
            deleteAndWait(name);
        } catch (SandboxImageException e) {
            failure.addSuppressed(e); // It deletes itself some time after it has stopped by itself.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String toolbox(DaytonaSandbox sandbox) {
        return sandbox.toolboxUrl().orElseGet(() -> toolboxUrl(sandbox));
    }

    private String toolboxUrl(DaytonaSandbox sandbox) {
        String what = "find the toolbox of the sandbox \"" + sandbox.name() + "\"";
        return JsonLenient.required(
                api.get(what, api.url(PATH, sandbox.id(), "toolbox-proxy-url").build()), "url", what);
    }

    private static DaytonaSandbox parse(JsonView json, String what) {
        String id = JsonLenient.required(json, "id", what);
        Map<String, String> labels = new LinkedHashMap<>();
        JsonLenient.object(json, "labels").ifPresent(all -> all.members().forEach((key, value) -> {
            if (value instanceof String text) {
                labels.put(key, text);
            }
        }));
        return new DaytonaSandbox(
                id,
                JsonLenient.text(json, "name").orElse(id),
                new SandboxState(JsonLenient.text(json, "state").orElse("unknown")),
                JsonLenient.text(json, "snapshot"),
                JsonLenient.text(json, "errorReason"),
                JsonLenient.text(json, "toolboxProxyUrl"),
                labels);
    }
}
