package io.sandboximage.testkit.depot;

import io.sandboximage.depot.internal.proto.build.Image;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import io.sandboximage.depot.internal.proto.core.Project;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Everything that the emulator knows. Thread-safe. */
final class EmulatorState {
    static final String ORGANIZATION = "org1234567";
    static final String ORGANIZATION_NAME = "Acme";

    final AtomicInteger numbers = new AtomicInteger();
    final Set<String> tokens = ConcurrentHashMap.newKeySet();
    final Map<String, Project> projects = new ConcurrentSkipListMap<>();
    final Map<String, EmulatedBuild> builds = new ConcurrentSkipListMap<>();
    final Map<String, List<Image>> images = new ConcurrentHashMap<>();
    final Map<BuilderPlatform, DepotMachine> machines = new ConcurrentHashMap<>();
    final Map<String, String> logins = new ConcurrentHashMap<>();
    final List<String> pushes = new CopyOnWriteArrayList<>();
    volatile int pendingPolls = 2;
    volatile Duration pendingWait = Duration.ofMillis(50);
    volatile Duration buildTimeout = Duration.ofMinutes(5);
    volatile Duration loginWait = Duration.ZERO;
    volatile boolean loadUsingRegistry;
    volatile boolean compressing;
    volatile @Nullable Instant cancelsAt;
    volatile @Nullable DepotBackingRegistry registry;
    volatile @Nullable DepotSandboxHost sandboxHost;
    volatile int sandboxPageSize = 100;

    /** Ids that sort in the order in which they were made. */
    String nextId(String prefix) {
        return String.format(java.util.Locale.ROOT, "%s%06d", prefix, numbers.incrementAndGet());
    }

    /** A caller with a token of the organization. */
    void requireCaller(DepotCall call) {
        String token = call.token().orElseThrow(() -> new RpcFault("unauthenticated", "Missing token"));
        if (!tokens.contains(token)) {
            throw new RpcFault("unauthenticated", "Invalid token");
        }
    }

    Project project(DepotCall call, String id) {
        requireCaller(call);
        return Optional.ofNullable(projects.get(id)).orElseThrow(() -> new RpcFault("not_found", "Project not found"));
    }

    /** A build, for whoever may read it. */
    EmulatedBuild build(DepotCall call, String id) {
        requireCaller(call);
        return find(id);
    }

    /** A build, for whoever holds its own token. */
    EmulatedBuild ownBuild(DepotCall call, String id) {
        EmulatedBuild build = find(id);
        build.expire(buildTimeout);
        if (build.token.isEmpty()) {
            requireCaller(call);
        } else if (!call.token().equals(Optional.of(build.token))) {
            throw new RpcFault("unauthenticated", "Invalid token: this needs the token of the build");
        }
        build.touch();
        return build;
    }

    /** Where sandboxes run, for whoever may use them. */
    DepotSandboxHost sandboxes(DepotCall call) {
        requireCaller(call);
        @Nullable DepotSandboxHost host = sandboxHost;
        if (host == null) {
            throw new RpcFault("unimplemented", "this emulator has no sandboxes");
        }
        return host;
    }

    private EmulatedBuild find(String id) {
        return Optional.ofNullable(builds.get(id)).orElseThrow(() -> new RpcFault("not_found", "Build not found"));
    }
}
