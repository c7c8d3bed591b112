package io.sandboximage.docker;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.docker.internal.ApiVersion;
import io.sandboximage.docker.internal.EngineApi;
import io.sandboximage.docker.internal.EngineBody;
import io.sandboximage.docker.internal.EngineCall;
import io.sandboximage.docker.internal.EngineEvents;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A Docker engine, through its API. Thread-safe; every call connects anew, so an engine may restart between two calls. Messages
 * of failures name the engine.
 */
public final class DockerEngine implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MOST_REMEMBERED = 10_000;

    private final DockerHost host;
    private final EngineApi api;
    /** IDs of images that this engine had all of. */
    private final Set<Digest> whole = ConcurrentHashMap.newKeySet();

    private volatile @Nullable EngineInfo info;

    private DockerEngine(DockerHost host) {
        this.host = host;
        this.api = new EngineApi(host.name(), host.authority(), host::dial);
    }

    /** The engine that {@link DockerHost#discover()} finds. */
    public static DockerEngine local() {
        return at(DockerHost.discover());
    }

    /** Nothing is asked before the first call. */
    public static DockerEngine at(DockerHost host) {
        return new DockerEngine(host);
    }

    public DockerHost host() {
        return host;
    }

    /** What the engine is; asked once. */
    public EngineInfo info() {
        EngineInfo known = info;
        if (known == null) {
            JsonView json = api.object(EngineCall.get("ask the Docker engine what it is", "info"));
            known = new EngineInfo(
                    json.string("ServerVersion").orElse(""),
                    api.version().toString(),
                    Platform.of(
                            json.string("OSType").orElse("linux"),
                            json.string("Architecture").orElse("amd64")),
                    imageStore(json),
                    json.string("Driver").orElse(""),
                    json.string("Name").orElse(""));
            info = known;
        }
        return known;
    }

    /** Podman takes whole archives only, and trusts no registry that it was not told to. */
    boolean podman() {
        return api.podman();
    }

    /** IDs of all images that are more than a step of a build, newest first; an ID appears once. */
    public List<Digest> imageIds() {
        return api.objects(EngineCall.get("list the images", "images/json")).stream()
                .map(image -> Digest.parse(image.requireString("Id")))
                .distinct()
                .toList();
    }

    /**
     * Finds an image.
     *
     * @param nameOrId a name as {@code docker run} takes it, or an ID
     */
    public Optional<EngineImage> findImage(String nameOrId) {
        EngineCall call = EngineCall.get("inspect the image " + nameOrId, "images/" + checked(nameOrId) + "/json");
        // Other stores and older engines would refuse or ignore the question.
        EngineCall asking = api.version().atLeast(ApiVersion.MANIFESTS) ? call.query("manifests", "1") : call;
        try {
            EngineImage image = EngineImage.parse(api.object(asking));
            remember(image);
            return Optional.of(image);
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Whether the engine had all of this image when it was last inspected from here; it may be gone since. */
    boolean wasWhole(Digest id) {
        return whole.contains(id);
    }

    private void remember(EngineImage image) {
        if (image.complete()) {
            rememberWhole(image.id());
        } else {
            whole.remove(image.id());
        }
    }

    void rememberWhole(Digest id) {
        if (whole.size() < MOST_REMEMBERED) {
            whole.add(id);
        }
    }

    /** @throws NotFoundException if there is no such image */
    public EngineImage image(String nameOrId) {
        return findImage(nameOrId)
                .orElseThrow(() -> new NotFoundException(
                        "The Docker engine at " + host + " has no image " + nameOrId + ": pull or build it first"));
    }

    /**
     * Lets a name point to an image; it stops pointing elsewhere.
     *
     * @throws NotFoundException if there is no image with this ID
     */
    public void tagImage(Digest id, ImageReference name) {
        if (name.tag().isEmpty() || name.digest().isPresent()) {
            throw new InvalidRequestException("Cannot give an image the name " + name + ": write a tag and no digest");
        }
        ImageReference repository =
                new ImageReference(name.registry(), name.repository(), Optional.empty(), Optional.empty());
        try {
            api.bytes(EngineCall.post("name the image " + id + " " + name.familiar(), "images/" + id + "/tag")
                    .query("repo", repository.familiar())
                    .query("tag", name.tag().get()));
        } catch (NotFoundException e) {
            whole.remove(id);
            throw e;
        }
    }

    /**
     * Removes a name, and the image with the last of its names; or, by ID, an image with its only name.
     *
     * @throws NotFoundException if there is no such image
     * @throws io.sandboximage.error.ConflictException if a container uses it, or it has more names and was given by ID
     */
    public void removeImage(String nameOrId) {
        api.bytes(EngineCall.delete("remove the image " + nameOrId, "images/" + checked(nameOrId))
                .patiently());
    }

    /**
     * Loads archives as {@code docker load} does: of {@code docker save}, or with Engine 25 and later, OCI layouts.
     *
     * @param archive read to its end; stays open
     * @return what the engine says that it loaded, line by line
     */
    public List<String> load(InputStream archive, ProgressTask progress) {
        return load(EngineBody.tar(-1, out -> copy(archive, out, progress)), "load an archive of images", progress);
    }

    List<String> load(EngineBody archive, String what, ProgressTask progress) {
        byte[] answer = api.bytes(EngineCall.post(what, "images/load")
                .query("quiet", "1")
                .body(archive)
                .patiently());
        List<String> lines = new ArrayList<>();
        EngineEvents.read(new ByteArrayInputStream(answer), what, host.name(), event -> event.string("stream")
                .map(String::strip)
                .ifPresent(lines::add));
        progress.info(String.join("; ", lines));
        return lines;
    }

    /** Writes an image as {@code docker save} does. */
    public void save(String nameOrId, OutputStream archive, ProgressTask progress) {
        String what = "save the image " + nameOrId;
        try (ProgressTask task = progress.child(what, ProgressUnit.BYTES, -1);
                InputStream in = api.stream(EngineCall.get(what, "images/" + checked(nameOrId) + "/get")
                        .patiently())) {
            copy(in, archive, task);
            task.done();
        } catch (IOException e) {
            throw new UnavailableException("Could not " + what + " of " + host + ": " + e.getMessage(), e);
        }
    }

    /**
     * Lets the engine pull.
     *
     * @param reference with a digest, which then decides, or a tag
     * @param registryAuth what the engine's {@code X-Registry-Auth} header carries, before its encoding; empty for nobody
     */
    void pull(ImageReference reference, Map<String, String> registryAuth, ProgressTask progress) {
        String what = "pull " + reference;
        ImageReference repository =
                new ImageReference(reference.registry(), reference.repository(), Optional.empty(), Optional.empty());
        EngineCall call = EngineCall.post(what, "images/create")
                .query("fromImage", repository.toString())
                .query("tag", reference.manifestKey())
                .patiently();
        EngineCall authorized = registryAuth.isEmpty()
                ? call
                : call.header("X-Registry-Auth", Base64.getUrlEncoder().encodeToString(Json.write(registryAuth)));
        try (ProgressTask task = progress.child(what)) {
            EngineEvents.read(
                    api.stream(authorized), what, host.name(), event -> CancelledException.throwIfInterrupted(what));
            task.done();
        }
    }

    /** The digest that a registry gives for a name, as the engine sees it; empty if the engine cannot tell. */
    Optional<Digest> remoteDigest(ImageReference name) {
        EngineCall call = EngineCall.get("ask the engine for " + name, "distribution/" + name + "/json");
        try {
            return api.object(call)
                    .object("Descriptor")
                    .flatMap(descriptor -> descriptor.string("digest"))
                    .map(Digest::parse);
        } catch (SandboxImageException e) {
            if (e instanceof CancelledException) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Whether the engine answers at this moment. */
    public boolean answers() {
        try {
            api.ping();
            return true;
        } catch (UnavailableException e) {
            return false;
        }
    }

    /**
     * Loads images into this engine under these names, by {@link DockerLoader}.
     *
     * @throws InvalidRequestException if one is no name, or has a digest
     */
    public ImageSink tag(String name, String... more) {
        DockerLoader loader = DockerLoader.into(this).tag(name);
        for (String another : more) {
            loader = loader.tag(another);
        }
        return new DockerSink(DockerDaemonTransport.NAME + ":" + name, loader);
    }

    /**
     * Reads an image of this engine. It is saved to a temporary file when it is used first; the caller closes the source, and the
     * file goes.
     *
     * @param nameOrId a name as {@code docker run} takes it, or an ID
     */
    public ImageSource source(String nameOrId) {
        return new DockerDaemonSource(this, checked(nameOrId), false);
    }

    /** Ends idle connections; calls under way go on. */
    @Override
    public void close() {
        api.close();
    }

    @Override
    public String toString() {
        return "Docker engine at " + host;
    }

    private static ImageStoreKind imageStore(JsonView info) {
        String status =
                new String(Json.write(info.members().getOrDefault("DriverStatus", List.of())), StandardCharsets.UTF_8);
        return status.contains("io.containerd.snapshotter.v1") ? ImageStoreKind.CONTAINERD : ImageStoreKind.CLASSIC;
    }

    /** The name is a part of a path. */
    private static String checked(String nameOrId) {
        if (nameOrId.isEmpty() || !nameOrId.matches("[A-Za-z0-9][A-Za-z0-9._:@/-]*") || nameOrId.contains("..")) {
            throw new InvalidRequestException("\"" + nameOrId + "\" is not the name or ID of an image");
        }
        return nameOrId;
    }

    private static void copy(InputStream in, OutputStream out, ProgressTask progress) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int n;
        while ((n = in.read(buffer)) >= 0) {
            CancelledException.throwIfInterrupted("copying an archive of images");
            out.write(buffer, 0, n);
            progress.advance(n);
        }
    }
}
