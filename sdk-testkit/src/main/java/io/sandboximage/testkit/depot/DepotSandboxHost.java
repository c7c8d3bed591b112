package io.sandboximage.testkit.depot;

import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.SandboxStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the emulator's sandboxes run: on this machine, each with a folder as its root, which commands see as all there is, in name
 * spaces of their own. Nothing of them is left when it is closed, nor when the JVM ends in order. Needs root. Thread-safe.
 */
public final class DepotSandboxHost implements AutoCloseable {
    private final Path folder;
    private final SandboxRoots roots;
    private final Map<String, EmulatedSandbox> sandboxes = new ConcurrentSkipListMap<>();
    private final Map<String, SandboxCapture> captures = new ConcurrentSkipListMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sandbox-clock");
        thread.setDaemon(true);
        return thread;
    });
    private final Thread atExit = new Thread(this::endAll, "sandbox-end");
    private volatile Duration minute = Duration.ofMinutes(1);
    private volatile int pollsUntilRunning = 1;
    private volatile int pollsUntilCaptured = 1;
    private volatile Optional<String> captureFailure = Optional.empty();

    private DepotSandboxHost(Path folder, SandboxRoots roots) {
        this.folder = folder;
        this.roots = roots;
        Runtime.getRuntime().addShutdownHook(atExit);
        var unused = clock.scheduleWithFixedDelay(this::expire, 20, 20, TimeUnit.MILLISECONDS);
    }

    /** Sandboxes that have a static busybox and nothing else. Needs {@code Engine.BUSYBOX_STATIC}. */
    public static DepotSandboxHost busybox(Path folder) {
        return new DepotSandboxHost(folder, SandboxRoots.busybox(folder.resolve("template")));
    }

    /** Sandboxes that have this machine's programs, this JVM's Java among them, read-only, and are empty otherwise. */
    public static DepotSandboxHost hostPrograms(Path folder) {
        return new DepotSandboxHost(folder, SandboxRoots.hostPrograms(folder.resolve("template")));
    }

    /** How long a minute of a sandbox's timeout lasts. */
    public DepotSandboxHost minute(Duration length) {
        minute = length;
        return this;
    }

    /** How often a sandbox is looked at before it runs. */
    public DepotSandboxHost pollsUntilRunning(int polls) {
        pollsUntilRunning = polls;
        return this;
    }

    /** How often a snapshot is looked at before it is ready. */
    public DepotSandboxHost pollsUntilCaptured(int polls) {
        pollsUntilCaptured = polls;
        return this;
    }

    /** Why snapshots fail from now on; empty for never. */
    public DepotSandboxHost captureFailure(Optional<String> reason) {
        captureFailure = reason;
        return this;
    }

    /** The stream of the next command ends right after its start, as if a proxy had ended it; the command runs on. */
    public DepotSandboxHost cutNextCommand() {
        cuts.incrementAndGet();
        return this;
    }

    /** The next sandbox is created, but whoever asked for it is told that the service is not there. */
    public DepotSandboxHost loseNextCreation() {
        losses.incrementAndGet();
        return this;
    }

    /** All sandboxes so far. */
    public List<DepotSandboxReport> reports() {
        return sandboxes.values().stream().map(EmulatedSandbox::report).toList();
    }

    /** The root folder of a sandbox. */
    public Path root(String id) {
        return find(id).root;
    }

    /** Ids of the snapshots that there are. */
    public List<String> snapshots() {
        return List.copyOf(captures.keySet());
    }

    boolean cutsCommand() {
        return cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    boolean losesCreation() {
        return losses.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    EmulatedSandbox find(String id) {
        return Optional.ofNullable(sandboxes.get(id)).orElseThrow(() -> new RpcFault("not_found", "Sandbox not found"));
    }

    List<EmulatedSandbox> all() {
        return List.copyOf(sandboxes.values());
    }

    EmulatedSandbox create(CreateSandboxRequest request) {
        Path from = roots.template();
        if (request.getRuntime().hasSnapshot()) {
            from = capture(request.getRuntime().getSnapshot().getId()).bootable();
        } else if (request.getRuntime().hasImageRef()) {
            String reference = request.getRuntime().getImageRef();
            // Other references are noted, and boot what there is: nothing here pulls images.
            from = captures.values().stream()
                    .filter(capture -> capture.isReadyAs(reference))
                    .findFirst()
                    .map(SandboxCapture::bootable)
                    .orElse(from);
        }
        String id = String.format(java.util.Locale.ROOT, "sbx%06d", numbers.incrementAndGet());
        EmulatedSandbox sandbox = new EmulatedSandbox(
                id, SandboxRoots.copy(from, folder.resolve(id)), roots.mounts(), request, pollsUntilRunning);
        sandboxes.put(id, sandbox);
        if (request.hasTimeoutMinutes()) {
            expiresIn(sandbox, request.getTimeoutMinutes());
        }
        return sandbox;
    }

    void expiresIn(EmulatedSandbox sandbox, int minutes) {
        if (minutes <= 0) {
            throw new RpcFault("invalid_argument", "timeout_minutes must be positive");
        }
        sandbox.expires(Duration.ofMinutes(minutes), Instant.now().plus(minute.multipliedBy(minutes)));
    }

    private void expire() {
        for (EmulatedSandbox sandbox : sandboxes.values()) {
            if (sandbox.expired() && !sandbox.ended()) {
                end(sandbox, SandboxStatus.SANDBOX_STATUS_CANCELLED, "timed out");
            }
        }
    }

    private static void end(EmulatedSandbox sandbox, SandboxStatus how, String why) {
        try {
            sandbox.end(how, why);
        } catch (RpcFault ended) {
            // By somebody else in the meantime.
        }
    }

    SandboxCapture capture(String id) {
        return Optional.ofNullable(captures.get(id)).orElseThrow(() -> new RpcFault("not_found", "Snapshot not found"));
    }

    List<SandboxCapture> captures() {
        return List.copyOf(captures.values());
    }

    SandboxCapture capture(EmulatedSandbox sandbox, Optional<String> name) {
        sandbox.requireRunning();
        String id = String.format(java.util.Locale.ROOT, "snap%06d", numbers.incrementAndGet());
        Path copy = SandboxRoots.copy(sandbox.root, folder.resolve(id));
        SandboxCapture capture = new SandboxCapture(id, sandbox.id, name, copy, pollsUntilCaptured, captureFailure);
        captures.put(id, capture);
        return capture;
    }

    void remove(SandboxCapture capture) {
        captures.remove(capture.id());
        SandboxRoots.remove(capture.root());
    }

    private void endAll() {
        clock.shutdownNow();
        sandboxes.values().forEach(sandbox -> end(sandbox, SandboxStatus.SANDBOX_STATUS_CANCELLED, "host closed"));
    }

    /** Ends all sandboxes and removes their roots. */
    @Override
    public void close() {
        endAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
        sandboxes.values().forEach(sandbox -> SandboxRoots.remove(sandbox.root));
        captures.values().forEach(capture -> SandboxRoots.remove(capture.root()));
    }
}
