package io.sandboximage.docker.internal.container;

import io.sandboximage.buildkit.internal.engine.ExecStart;
import io.sandboximage.buildkit.internal.engine.ProgramFrames;
import io.sandboximage.docker.internal.EngineBody;
import io.sandboximage.docker.internal.EngineCall;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One program, run beside what a container runs already. */
public final class ContainerExec {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long POLL_MILLIS = 20;

    private final EngineContainers containers;
    private final String container;
    private final Program program;
    private final String what;
    /** In the program's environment and so in that of all that it starts; finds them when they are to be killed. */
    private final String token = UUID.randomUUID().toString();

    /**
     * What to run.
     *
     * @param workingDirectory empty for the container's own
     * @param user empty for the container's own
     * @param limit how long it may take; zero for ever
     */
    public record Program(
            List<String> command,
            Map<String, String> environment,
            String workingDirectory,
            String user,
            Duration limit) {
        public Program {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /** @param container its name or ID */
    public ContainerExec(EngineContainers containers, String container, Program program) {
        this.containers = containers;
        this.container = container;
        this.program = program;
        this.what = "run " + program.command().get(0) + " in the container " + container;
    }

    /**
     * Runs it to its end. Cancelled, or out of time, it is killed with all that it started. Streams are not closed; a thread may
     * go on waiting for more of {@code in} after the end.
     *
     * @param in its standard input; absent for none
     * @return its exit code; 127 or 126, as of a shell, where there is no such program or it cannot be run
     */
    public int run(Optional<InputStream> in, OutputStream out, OutputStream err) {
        String id = create(in.isPresent());
        ExecutorService threads = DaemonThreads.pool("sandbox-image-exec");
        try (Socket socket = start(id)) {
            Future<?> output = threads.submit(() -> {
                EngineContainers.copy(
                        new ProgramFrames(socket.getInputStream()), new Target(out), new Target(err), what);
                return null;
            });
            in.ifPresent(input -> threads.execute(() -> feed(input, socket)));
            await(output, id);
        } catch (IOException e) {
            throw broken(e);
        } finally {
            threads.shutdownNow();
        }
        return exitCode(id);
    }

    private String create(boolean withInput) {
        List<String> environment = new ArrayList<>();
        program.environment().forEach((name, value) -> environment.add(name + "=" + value));
        environment.add(ExecKill.VARIABLE + "=" + token);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("AttachStdin", withInput);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        body.put("Tty", false);
        body.put("Cmd", program.command());
        body.put("Env", environment);
        if (!program.workingDirectory().isEmpty()) {
            body.put("WorkingDir", program.workingDirectory());
        }
        if (!program.user().isEmpty()) {
            body.put("User", program.user());
        }
        return containers
                .api()
                .object(EngineCall.post(what, "containers/" + container + "/exec")
                        .body(EngineBody.json(body)))
                .requireString("Id");
    }

    private Socket start(String id) {
        try {
            return ExecStart.open(
                    what, containers.host().name(), containers.host().authority(), id, containers.dialer());
        } catch (IOException e) {
            if (e.getCause() instanceof SandboxImageException ours) {
                throw ours;
            }
            throw broken(e);
        }
    }

    private void await(Future<?> output, String id) throws IOException {
        try {
            if (program.limit().isZero()) {
                output.get();
            } else {
                output.get(program.limit().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            String leftover = kill(id);
            Thread.currentThread().interrupt();
            throw new CancelledException("Cancelled while trying to " + what + leftover, e);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(
                    "Could not " + what + ": it took longer than " + program.limit() + kill(id), program.limit(), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unwritable unwritable) {
                throw new StorageException(
                        "Could not pass on what the program wrote, trying to " + what + ": "
                                + AtomicFile.reason(unwritable.cause) + kill(id),
                        unwritable.cause);
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    /** @return what to add to the message if the program lives on */
    private String kill(String id) {
        boolean ended = new ExecKill(containers, container, token).kill(() -> inspect(id));
        return ended ? "" : ". The program could not be killed, and goes on in the container";
    }

    private JsonView inspect(String id) {
        return containers.api().object(EngineCall.get("look at a program in the container", "exec/" + id + "/json"));
    }

    /** The output ends a moment before the engine knows the exit code. */
    private int exitCode(String id) {
        try {
            while (true) {
                JsonView state = inspect(id);
                Optional<Long> code = state.number("ExitCode");
                if (!state.bool("Running").orElse(false) && code.isPresent()) {
                    return code.get().intValue();
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("trying to " + what, e);
        } catch (NotFoundException | ConflictException e) {
            throw new UnavailableException("Could not " + what + ": the container ended before the program did", e);
        }
    }

    private static void feed(InputStream in, Socket socket) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            OutputStream target = socket.getOutputStream();
            int n;
            while ((n = in.read(buffer)) >= 0) {
                target.write(buffer, 0, n);
                target.flush();
            }
            socket.shutdownOutput();
        } catch (IOException ignored) {
            // The program ended without reading all of it.
        }
    }

    private UnavailableException broken(IOException e) {
        return new UnavailableException(
                "Could not " + what + ": the connection to the Docker engine at " + containers.host() + " failed: "
                        + AtomicFile.reason(e),
                e);
    }

    /** Tells failures of the caller's streams from those of the connection. */
    private static final class Target extends OutputStream {
        private final OutputStream target;

        Target(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                target.write(bytes, offset, length);
            } catch (IOException e) {
                throw new Unwritable(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                target.flush();
            } catch (IOException e) {
                throw new Unwritable(e);
            }
        }
    }

    private static final class Unwritable extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException cause;

        Unwritable(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
