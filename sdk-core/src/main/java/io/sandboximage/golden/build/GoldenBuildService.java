package io.sandboximage.golden.build;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.progress.ProgressListener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the golden caches of a host's projects, when it is asked to, when what they are made of changed, and on a schedule. Of each
 * project one build runs at a time; all that asks for another one meanwhile is one pending build. Builds start from the present
 * generation, and whatever becomes of them, that one serves until a new one was published whole.
 *
 * <p>What was asked for, and how the builds stand, is in files: it survives this process, and the next service goes on. Several
 * services may share folder and store. Thread-safe.
 */
public final class GoldenBuildService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GoldenBuildService.class);

    private final Services services;
    private final ExecutorService threads;
    private final ConcurrentMap<String, ProjectBuilds> projects = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private GoldenBuildService(Builder builder) {
        this.threads = DaemonThreads.pool("golden-build");
        this.services = new Services(
                UUID.randomUUID().toString(),
                builder.host,
                builder.store,
                new BuildFiles(builder.folder),
                builder.clock,
                builder.timer.orElseGet(GoldenTimer::system),
                threads,
                new Semaphore(builder.parallel),
                builder.listener);
    }

    /**
     * @param store stays the caller's to close
     * @param folder for status, logs and what is pending; made when needed
     */
    public static Builder builder(GoldenStore store, Path folder) {
        return new Builder(store, folder);
    }

    /**
     * Takes a project on, and goes on with what an earlier service was asked to do for it.
     *
     * @throws ConflictException if there is one of that name
     */
    public void add(GoldenProject project) {
        ProjectBuilds builds = new ProjectBuilds(project, services);
        if (projects.putIfAbsent(project.name(), builds) != null) {
            throw new ConflictException("There is a project " + project.name() + " in this service already");
        }
        builds.recover();
        project.watch().ifPresent(interval -> repeat(interval, new Watch(builds, services)));
        project.every().ifPresent(interval -> repeat(interval, () -> builds.request("schedule of every " + interval)));
    }

    /**
     * Asks for a build. It begins when nothing more was asked for a while ({@link GoldenProject#quiet}), or when the running one is
     * over.
     *
     * @param reason for status and log
     */
    public void request(String project, String reason) {
        of(project).request(reason);
    }

    /** Asks for a build if something changed since the last one; what changed. */
    public GoldenStaleness requestIfStale(String project, String reason) {
        GoldenStaleness staleness = staleness(project);
        if (!staleness.fresh()) {
            request(project, reason);
        }
        return staleness;
    }

    /**
     * Ends the running build and forgets the pending one. Returns at once; the build is over when {@link #await} returns.
     *
     * @return whether there was any
     */
    public boolean cancel(String project) {
        return of(project).cancel();
    }

    /** How a project's builds stand on this host, whichever service ran them. */
    public GoldenBuildStatus status(String project) {
        return of(project).status();
    }

    /** How all projects stand that services of this host have built, by what is in their folder; nothing need run for that. */
    public static List<GoldenBuildStatus> statuses(Path folder) {
        BuildFiles files = new BuildFiles(folder);
        return files.projects().stream()
                .map(project -> BuildRun.status(project, files, Builder.hostName(), Clock.systemUTC()))
                .toList();
    }

    public List<GoldenBuildStatus> statuses() {
        return projects.keySet().stream().sorted().map(this::status).toList();
    }

    /** What changed since the present golden was built. */
    public GoldenStaleness staleness(String project) {
        return Inputs.compare(of(project).project().inputs(), services.store().current(project));
    }

    /**
     * Waits until this service neither builds the project nor is about to.
     *
     * @return false if that took longer
     */
    public boolean await(String project, Duration limit) {
        return of(project).await(limit);
    }

    /** Ends running builds; the next service begins them again, and what is pending. Waits up to a minute for fillers to end. */
    @Override
    public void close() {
        closed = true;
        projects.values().forEach(ProjectBuilds::close);
        services.timer().close();
        threads.shutdownNow();
    }

    private ProjectBuilds of(String project) {
        ProjectBuilds builds = projects.get(project);
        if (builds == null) {
            throw new NotFoundException("There is no project " + project + " in this service; it has "
                    + projects.keySet().stream().sorted().toList());
        }
        return builds;
    }

    private void repeat(Duration interval, Runnable work) {
        services.timer()
                .after(
                        interval,
                        () -> threads.execute(() -> {
                            try {
                                work.run();
                            } catch (RuntimeException e) {
                                // Next time it may be possible again.
                                LOG.warn("Could not look whether a golden cache is to be built: {}", e.getMessage());
                            } finally {
                                if (!closed) {
                                    repeat(interval, work);
                                }
                            }
                        }));
    }

    /** Settings of a service. */
    public static final class Builder {
        private final GoldenStore store;
        private final Path folder;
        private String host = hostName();
        private int parallel = 1;
        private ProgressListener listener = ProgressListener.NONE;
        private Clock clock = Clock.systemUTC();
        private Optional<GoldenTimer> timer = Optional.empty();

        private Builder(GoldenStore store, Path folder) {
            this.store = store;
            this.folder = folder;
        }

        /** How many builds run at a time; one unless set. */
        public Builder parallel(int builds) {
            if (builds < 1) {
                throw new InvalidRequestException("A build service needs room for at least one build, not " + builds);
            }
            parallel = builds;
            return this;
        }

        /** Gets the progress of all builds, each a tree of its own. */
        public Builder listener(ProgressListener newListener) {
            listener = newListener;
            return this;
        }

        /** What this host is called in its status; its network name unless set. */
        public Builder host(String name) {
            host = name;
            return this;
        }

        /** What the time is, for status and logs. */
        public Builder clock(Clock newClock) {
            clock = newClock;
            return this;
        }

        Builder timer(GoldenTimer newTimer) {
            timer = Optional.of(newTimer);
            return this;
        }

        public GoldenBuildService start() {
            return new GoldenBuildService(this);
        }

        private static String hostName() {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        }
    }
}
