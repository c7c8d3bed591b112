package io.sandboximage.depot.build;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A build that Depot knows of, running or over, whoever began it: what Depot says of it. Each question is a call. Thread-safe;
 * good for as long as what it came from is open.
 */
public final class DepotBuildHandle {
    private final DepotBuilds builds;
    private final String id;
    private final String projectId;
    private final Optional<URI> url;

    DepotBuildHandle(DepotBuilds builds, String id, String projectId, Optional<URI> url) {
        this.builds = builds;
        this.id = id;
        this.projectId = projectId;
        this.url = url;
    }

    public String id() {
        return id;
    }

    public String projectId() {
        return projectId;
    }

    /** A page for people, where Depot named one. */
    public Optional<URI> url() {
        return url;
    }

    /** How it is going, or how it went. */
    public DepotBuildInfo status() {
        return builds.status(id);
    }

    /** The steps so far. */
    public List<DepotBuildStep> steps() {
        return builds.steps(projectId, id);
    }

    /** What a step wrote so far. */
    public List<DepotLogLine> logs(DepotBuildStep step) {
        return builds.logs(projectId, id, step.digest());
    }

    @Override
    public String toString() {
        return id;
    }
}
