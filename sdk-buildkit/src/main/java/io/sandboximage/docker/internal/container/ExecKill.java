package io.sandboximage.docker.internal.container;

import io.sandboximage.docker.internal.EngineBody;
import io.sandboximage.docker.internal.EngineCall;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Ends a program that was started in a container, which the Engine API has no call for. All processes with its token in their
 * environment are killed from within the container, which takes a shell and {@code cat} there; where they are missing, and the engine
 * runs beside us, the program itself is killed from here.
 */
final class ExecKill {
    static final String VARIABLE = "SANDBOX_IMAGE_EXEC";

    /** Children may be born while it looks, so it looks until there is nothing to kill; some passes, for what cannot die. */
    private static final String SCRIPT = """
            pass=0
            while [ $pass -lt 20 ]; do
              found=0
              for process in /proc/[0-9]*; do
                case "$(cat $process/environ 2>/dev/null)" in
                  *"$1"*) kill -9 "${process#/proc/}" && found=1 ;;
                esac
              done
              [ $found = 1 ] || exit 0
              pass=$((pass + 1))
            done
            """;

    private static final int POLLS = 100;
    private static final long POLL_MILLIS = 20;

    private final EngineContainers containers;
    private final String container;
    private final String mark;

    ExecKill(EngineContainers containers, String container, String token) {
        this.containers = containers;
        this.container = container;
        this.mark = VARIABLE + "=" + token;
    }

    /**
     * Whether the program has ended.
     *
     * @param inspection asks the engine for its state
     */
    boolean kill(Supplier<JsonView> inspection) {
        try {
            killInside();
            if (ended(inspection)) {
                return true;
            }
            inspection.get().number("Pid").ifPresent(this::killHere);
            return ended(inspection);
        } catch (CancelledException e) {
            return false;
        } catch (SandboxImageException gone) {
            return containers.find(container).map(state -> !state.running()).orElse(true);
        }
    }

    private void killInside() {
        Map<String, Object> body = Map.of("User", "0", "Tty", false, "Cmd", List.of("sh", "-c", SCRIPT, "sh", mark));
        String id = containers
                .api()
                .object(EngineCall.post("kill a program in the container", "containers/" + container + "/exec")
                        .body(EngineBody.json(body)))
                .requireString("Id");
        try {
            containers
                    .api()
                    .bytes(EngineCall.post("kill a program in the container", "exec/" + id + "/start")
                            .body(EngineBody.json(Map.of("Detach", true))));
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException withoutShell) {
            return; // There is another way.
        }
    }

    /** Only a process that carries the token: the number may be another one's in another namespace. */
    private void killHere(long pid) {
        try {
            String environment =
                    Files.readString(Path.of("/proc", Long.toString(pid), "environ"), StandardCharsets.ISO_8859_1);
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            if (environment.contains(mark)) {
                process.ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            // The engine runs elsewhere, or the process is not ours to look at.
        }
    }

    private static boolean ended(Supplier<JsonView> inspection) {
        try {
            for (int i = 0; i < POLLS; i++) {
                if (!inspection.get().bool("Running").orElse(false)) {
                    return true;
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return false;
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("killing a program", e);
        }
    }
}
