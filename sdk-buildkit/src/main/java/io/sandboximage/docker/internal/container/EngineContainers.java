package io.sandboximage.docker.internal.container;

import io.sandboximage.buildkit.internal.engine.EngineDialer;
import io.sandboximage.buildkit.internal.engine.ProgramFrames;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.internal.EngineApi;
import io.sandboximage.docker.internal.EngineBody;
import io.sandboximage.docker.internal.EngineCall;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls of the Engine API about containers and volumes. Thread-safe. */
public final class EngineContainers implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int NOT_MODIFIED = 304;
    private static final int MAX_TAIL_BYTES = 1024 * 1024;

    private final DockerHost host;
    private final EngineApi api;

    public EngineContainers(DockerHost host) {
        this.host = host;
        this.api = new EngineApi(host.name(), host.authority(), () -> dialer().dial(EngineDialer.HTTP_1));
    }

    public DockerHost host() {
        return host;
    }

    /** For connections that change the protocol. An engine that cannot be reached is an I/O failure to those who dial. */
    EngineDialer dialer() {
        return protocol -> {
            try {
                return host.connect(protocol);
            } catch (UnavailableException e) {
                throw new IOException(e.getCause() instanceof IOException cause ? cause.getMessage() : "", e);
            }
        };
    }

    EngineApi api() {
        return api;
    }

    /** What the engine says of itself. */
    public JsonView info() {
        return api.object(EngineCall.get("ask the Docker engine what it is", "info"));
    }

    public boolean hasNetwork(String name) {
        return exists(EngineCall.get("look for the network " + name, "networks/" + path(name)));
    }

    /**
     * Makes a container, which then is not running.
     *
     * @return its ID
     * @throws NotFoundException if the engine does not have the image
     * @throws ConflictException if the name is taken
     */
    public String create(ContainerSpec spec) {
        EngineCall call = EngineCall.post("make a container of the image " + spec.image(), "containers/create")
                .body(EngineBody.json(spec.json()));
        EngineCall named = spec.name().isEmpty() ? call : call.query("name", spec.name());
        try {
            return api.object(named).requireString("Id");
        } catch (NotFoundException e) {
            throw new NotFoundException(
                    e.getMessage() + ". Load or pull the image into this engine first",
                    e,
                    e.remote().orElse(null));
        }
    }

    public void start(String id, String name) {
        api.bytes(EngineCall.post("start the container " + name, "containers/" + path(id) + "/start")
                .patiently());
    }

    public Optional<ContainerState> find(String nameOrId) {
        try {
            return Optional.of(ContainerState.parse(api.object(
                    EngineCall.get("look at the container " + nameOrId, "containers/" + path(nameOrId) + "/json"))));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** IDs of all containers, also of those that do not run, that carry a label. */
    public List<String> withLabel(String label) {
        String filter = new String(Json.write(Map.of("label", List.of(label))), StandardCharsets.UTF_8);
        return api
                .objects(EngineCall.get("list the containers", "containers/json")
                        .query("all", "1")
                        .query("filters", filter))
                .stream()
                .map(container -> container.requireString("Id"))
                .toList();
    }

    /** Asks the container to end, and kills it after a while; nothing if it does not run. */
    public void stop(String id, Duration patience) {
        try {
            api.bytes(EngineCall.post("stop the container " + id, "containers/" + path(id) + "/stop")
                    .query("t", Long.toString(Math.max(0, patience.toSeconds())))
                    .patiently());
        } catch (UnavailableException e) {
            // Not modified: it did not run.
            if (e.remote().map(RemoteError::status).orElse(0) != NOT_MODIFIED) {
                throw e;
            }
        }
    }

    /** Kills and removes the container with its anonymous volumes; nothing if there is none. */
    public void remove(String nameOrId) {
        try {
            api.bytes(EngineCall.delete("remove the container " + nameOrId, "containers/" + path(nameOrId))
                    .query("force", "1")
                    .query("v", "1")
                    .patiently());
        } catch (NotFoundException gone) {
            // As wanted.
        } catch (ConflictException e) {
            if (!String.valueOf(e.getMessage()).contains("already in progress")) {
                throw e;
            }
        }
    }

    /** Waits until the container does not run, and gives its exit code. An interrupt ends the wait. */
    public int await(String id) {
        return (int) api.object(EngineCall.post("wait for the container " + id, "containers/" + path(id) + "/wait")
                        .patiently())
                .requireNumber("StatusCode");
    }

    /** Puts files into a container, whether it runs or not. */
    public void putArchive(String id, String directory, byte[] tar) {
        EngineCall call = new EngineCall(
                "put files into the container " + id,
                "PUT",
                "containers/" + path(id) + "/archive",
                Map.of("path", directory),
                Map.of(),
                Optional.of(EngineBody.tar(tar.length, out -> out.write(tar))),
                false);
        api.bytes(call);
    }

    /** Whether a file or directory is in a container; nothing is run for it. */
    public boolean hasPath(String id, String path) {
        return exists(new EngineCall(
                "look for " + path + " in the container " + id,
                "HEAD",
                "containers/" + path(id) + "/archive",
                Map.of("path", path),
                Map.of(),
                Optional.empty(),
                false));
    }

    /**
     * Copies what the container wrote.
     *
     * @param tail only so many last lines; all if negative
     * @param follow goes on until the container ends
     */
    public void logs(String id, int tail, boolean follow, OutputStream out, OutputStream err) {
        String what = "read the logs of the container " + id;
        EngineCall call = EngineCall.get(what, "containers/" + path(id) + "/logs")
                .query("stdout", "1")
                .query("stderr", "1")
                .query("tail", tail < 0 ? "all" : Integer.toString(tail))
                .query("follow", follow ? "1" : "0");
        try (InputStream in = api.stream(follow ? call.patiently() : call)) {
            copy(new ProgramFrames(in), out, err, what);
        } catch (IOException e) {
            throw new UnavailableException("Could not " + what + " of " + host + ": " + AtomicFile.reason(e), e);
        }
    }

    /** The last lines that a container wrote, for messages; empty if the engine does not tell. */
    public String logTail(String id, int lines) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        try {
            logs(id, lines, false, both, both);
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            return ""; // It would hide the failure that the lines are for.
        }
        String text = both.toString(StandardCharsets.UTF_8).strip();
        return text.length() > MAX_TAIL_BYTES ? text.substring(text.length() - MAX_TAIL_BYTES) : text;
    }

    /** Nothing if there is no such volume. */
    public void removeVolume(String name) {
        try {
            api.bytes(EngineCall.delete("remove the volume " + name, "volumes/" + path(name))
                    .patiently());
        } catch (NotFoundException gone) {
            // As wanted.
        }
    }

    /** How much the engine says that a volume takes; slow, since it counts. */
    public Optional<Long> volumeSize(String name) {
        return api
                .object(EngineCall.get("ask for the size of the volume " + name, "system/df")
                        .query("type", "volume")
                        .patiently())
                .objects("Volumes")
                .stream()
                .filter(volume -> volume.string("Name").equals(Optional.of(name)))
                .findFirst()
                .flatMap(volume -> volume.object("UsageData"))
                .flatMap(usage -> usage.number("Size"));
    }

    /** What the engine answers when it is asked for an image of a registry. */
    public void askRegistry(String image) {
        api.object(EngineCall.get("ask the registry for " + image, "distribution/" + image + "/json"));
    }

    @Override
    public void close() {
        api.close();
    }

    /** Hands each frame to the stream that it belongs to. */
    static void copy(ProgramFrames frames, OutputStream out, OutputStream err, String what) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (frames.next()) {
            OutputStream target = frames.stream() == ProgramFrames.STDERR ? err : out;
            while (frames.left() > 0) {
                CancelledException.throwIfInterrupted("trying to " + what);
                int n = frames.read(buffer, 0, buffer.length);
                target.write(buffer, 0, n);
            }
            target.flush();
        }
    }

    private boolean exists(EngineCall call) {
        try {
            api.bytes(call);
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static String path(String segment) {
        if (!segment.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            throw new InvalidRequestException("\"" + segment + "\" is not the name of a container, volume or network");
        }
        return segment;
    }
}
