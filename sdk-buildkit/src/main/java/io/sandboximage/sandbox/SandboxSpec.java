package io.sandboximage.sandbox;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A sandbox to start; immutable, each step gives a new value. */
public final class SandboxSpec {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration LIFETIME = Duration.ofDays(1);
    private static final String NETWORK = "bridge";
    /** Where a store is mounted unless a path is given. */
    private static final String STORE = "/store";

    private final String image;
    private final Optional<String> name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Optional<GitCheckout> checkout;
    private final Map<String, String> stores;
    private final Map<Integer, Integer> ports;
    private final String network;
    private final Optional<Readiness> ready;
    private final Duration readyLimit;
    private final Duration lifetime;
    private final boolean owned;

    private SandboxSpec(Draft draft) {
        this.image = draft.image;
        this.name = draft.name;
        this.command = List.copyOf(draft.command);
        this.environment = Collections.unmodifiableMap(draft.environment);
        this.checkout = draft.checkout;
        this.stores = Collections.unmodifiableMap(draft.stores);
        this.ports = Collections.unmodifiableMap(draft.ports);
        this.network = draft.network;
        this.ready = draft.ready;
        this.readyLimit = draft.readyLimit;
        this.lifetime = draft.lifetime;
        this.owned = draft.owned;
    }

    /** @param name or ID of an image that the engine has */
    public static SandboxSpec image(String name) {
        if (name.isEmpty()) {
            throw new InvalidRequestException("A sandbox needs an image");
        }
        return new SandboxSpec(new Draft(name));
    }

    /** Of the container; one is made up otherwise. */
    public SandboxSpec name(String newName) {
        return with(draft -> draft.name = Optional.of(checked(newName)));
    }

    /** What the sandbox runs instead of the image's own command; when it ends, so does the sandbox. */
    public SandboxSpec command(String... arguments) {
        return with(draft -> draft.command = List.of(arguments));
    }

    public SandboxSpec env(String variable, String value) {
        return with(draft -> draft.environment.put(variable, value));
    }

    /**
     * Mounts a git checkout read-only, at {@link GitCheckout#ROOT_IN_SANDBOX}, with what git needs beside it.
     *
     * @param root the top of a clone or of a worktree, on the engine's machine
     */
    public SandboxSpec checkout(Path root) {
        GitCheckout found = GitCheckout.of(root);
        return with(draft -> draft.checkout = Optional.of(found));
    }

    /** Mounts a named volume at {@code /store}; it is made if there is none, and stays when the sandbox goes. */
    public SandboxSpec store(String volume) {
        return store(volume, STORE);
    }

    /** @param path where to mount the volume */
    public SandboxSpec store(String volume, String path) {
        if (!path.startsWith("/")) {
            throw new InvalidRequestException(
                    "The volume " + volume + " cannot be mounted at \"" + path + "\": the path must be absolute");
        }
        return with(draft -> draft.stores.put(path, checked(volume)));
    }

    /** Publishes a TCP port on loopback of the engine's machine; {@link LocalSandbox#address} tells where. */
    public SandboxSpec port(int inSandbox) {
        return port(inSandbox, 0);
    }

    /** @param onLoopback 0 for a free one */
    public SandboxSpec port(int inSandbox, int onLoopback) {
        return with(draft -> draft.ports.put(inSandbox, onLoopback));
    }

    /** @param name a network of the engine; {@code none} for no network, {@code host} for the machine's own */
    public SandboxSpec network(String name) {
        return with(draft -> draft.network = checked(name));
    }

    /** What to wait for when the sandbox starts, for a minute at most. Without this, a sandbox that runs is ready. */
    public SandboxSpec ready(Readiness probe) {
        return ready(probe, READY_LIMIT);
    }

    public SandboxSpec ready(Readiness probe, Duration limit) {
        Duration positive = positive(limit);
        return with(draft -> {
            draft.ready = Optional.of(probe);
            draft.readyLimit = positive;
        });
    }

    /** After this {@link LocalSandbox#reap} may remove it, whoever calls; a day unless set. */
    public SandboxSpec lifetime(Duration newLifetime) {
        Duration positive = positive(newLifetime);
        return with(draft -> draft.lifetime = positive);
    }

    /** Lets it outlive this process: otherwise {@link LocalSandbox#reap} removes it once the process is gone. */
    public SandboxSpec detached() {
        return with(draft -> draft.owned = false);
    }

    /**
     * Starts it and waits until it is ready. What fails leaves no container behind.
     *
     * @throws io.sandboximage.error.NotFoundException if the engine has no such image or network
     * @throws io.sandboximage.error.ConflictException if the name or a port is taken
     * @throws io.sandboximage.error.UnavailableException if it ended at once; with the last lines that it wrote
     * @throws io.sandboximage.error.DeadlineExceededException if it was not ready in time; with these lines too
     */
    public LocalSandbox start(DockerHost engine, ProgressTask progress) {
        return SandboxStart.start(engine, this, progress);
    }

    String image() {
        return image;
    }

    Optional<String> name() {
        return name;
    }

    List<String> command() {
        return command;
    }

    Map<String, String> environment() {
        return environment;
    }

    Optional<GitCheckout> checkout() {
        return checkout;
    }

    /** Volumes by the path where they are mounted. */
    Map<String, String> stores() {
        return stores;
    }

    /** Ports of loopback by ports of the sandbox. */
    Map<Integer, Integer> ports() {
        return ports;
    }

    String network() {
        return network;
    }

    Optional<Readiness> ready() {
        return ready;
    }

    Duration readyLimit() {
        return readyLimit;
    }

    Duration lifetime() {
        return lifetime;
    }

    boolean owned() {
        return owned;
    }

    private SandboxSpec with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new SandboxSpec(draft);
    }

    private static Duration positive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new InvalidRequestException(
                    "A sandbox cannot be given " + duration + ": it must be more than nothing");
        }
        return duration;
    }

    private static String checked(String name) {
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]+")) {
            throw new InvalidRequestException(
                    "\"" + name + "\" is not the name of a container, volume or network: use letters, digits, dots,"
                            + " dashes and underscores");
        }
        return name;
    }

    /** A specification that is being changed. */
    private static final class Draft {
        private final String image;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final Map<String, String> stores = new TreeMap<>();
        private final Map<Integer, Integer> ports = new TreeMap<>();
        private Optional<String> name = Optional.empty();
        private List<String> command = List.of();
        private Optional<GitCheckout> checkout = Optional.empty();
        private String network = NETWORK;
        private Optional<Readiness> ready = Optional.empty();
        private Duration readyLimit = READY_LIMIT;
        private Duration lifetime = LIFETIME;
        private boolean owned = true;

        Draft(String image) {
            this.image = image;
        }

        Draft(SandboxSpec spec) {
            this(spec.image);
            environment.putAll(spec.environment);
            stores.putAll(spec.stores);
            ports.putAll(spec.ports);
            name = spec.name;
            command = spec.command;
            checkout = spec.checkout;
            network = spec.network;
            ready = spec.ready;
            readyLimit = spec.readyLimit;
            lifetime = spec.lifetime;
            owned = spec.owned;
        }
    }
}
