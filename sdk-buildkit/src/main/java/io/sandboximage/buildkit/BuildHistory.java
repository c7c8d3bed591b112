package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.control.DaemonCalls;
import io.sandboximage.buildkit.internal.control.Replies;
import io.sandboximage.buildkit.internal.control.Times;
import io.sandboximage.buildkit.internal.proto.BuildHistoryRecord;
import io.sandboximage.buildkit.internal.proto.BuildHistoryRequest;
import io.sandboximage.buildkit.internal.proto.BuildResultInfo;
import io.sandboximage.buildkit.internal.proto.Exporter;
import io.sandboximage.buildkit.internal.proto.StatusRequest;
import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.buildkit.internal.proto.UpdateBuildHistoryRequest;
import io.sandboximage.buildkit.internal.solve.StatusReplay;
import io.sandboximage.buildkit.internal.transport.ControlMethods;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The builds that a daemon remembers; daemons do since 0.11, older ones answer with
 * {@link io.sandboximage.error.InvalidRequestException}. Thread-safe.
 */
public final class BuildHistory {
    private static final Pattern NOT_THERE = Pattern.compile("is deleted|does not exist|not found");

    private final DaemonCalls calls;

    BuildHistory(DaemonCalls calls) {
        this.calls = calls;
    }

    /** Builds that run and builds that ended, each once. */
    public List<BuildRecord> list(BuildHistoryQuery query) {
        List<BuildRecord> builds = new ArrayList<>();
        try (Replies<io.sandboximage.buildkit.internal.proto.BuildHistoryEvent> replies =
                listen(request(query).setEarlyExit(true))) {
            replies.forEachRemaining(event -> builds.add(record(event.getRecord())));
        }
        return builds;
    }

    /** @throws NotFoundException if the daemon does not remember it */
    public BuildRecord get(String reference) {
        BuildHistoryRequest.Builder request =
                BuildHistoryRequest.newBuilder().setRef(reference).setEarlyExit(true);
        try (Replies<io.sandboximage.buildkit.internal.proto.BuildHistoryEvent> replies = listen(request)) {
            if (replies.hasNext()) {
                return record(replies.next().getRecord());
            }
        } catch (UnavailableException e) {
            // The daemon gives no code for it.
            if (!e.remote()
                    .filter(error -> NOT_THERE.matcher(error.message()).find())
                    .isPresent()) {
                throw e;
            }
        }
        throw new NotFoundException("BuildKit at " + calls.address() + " does not remember the build " + reference);
    }

    /**
     * Tells of builds, first of those that are remembered and then as things happen, until the daemon ends, which is an error, the
     * thread is interrupted, or the listener throws, which ends it with what was thrown.
     */
    public void listen(BuildHistoryQuery query, Consumer<BuildHistoryEvent> listener) {
        try (Replies<io.sandboximage.buildkit.internal.proto.BuildHistoryEvent> replies = listen(request(query))) {
            replies.forEachRemaining(
                    event -> listener.accept(new BuildHistoryEvent(kind(event), record(event.getRecord()))));
        }
    }

    /** Keeps a build beyond the daemon's limits of number and age. */
    public void pin(String reference) {
        update("pin", UpdateBuildHistoryRequest.newBuilder().setRef(reference).setPinned(true));
    }

    public void unpin(String reference) {
        update("unpin", UpdateBuildHistoryRequest.newBuilder().setRef(reference).setPinned(false));
    }

    public void delete(String reference) {
        update(
                "delete",
                UpdateBuildHistoryRequest.newBuilder().setRef(reference).setDelete(true));
    }

    /** Tells again what happened in a build, its output too; of one that runs until it ends. */
    public void replay(String reference, ProgressTask progress) {
        StatusRequest request = StatusRequest.newBuilder().setRef(reference).build();
        try (Replies<StatusResponse> replies =
                calls.stream("replay the build " + reference, ControlMethods.STATUS, request)) {
            StatusReplay.replay(replies, progress);
        }
    }

    private Replies<io.sandboximage.buildkit.internal.proto.BuildHistoryEvent> listen(
            BuildHistoryRequest.Builder request) {
        return calls.stream("read BuildKit's history", ControlMethods.LISTEN_BUILD_HISTORY, request.build());
    }

    private void update(String verb, UpdateBuildHistoryRequest.Builder request) {
        calls.unary(
                verb + " the build " + request.getRef() + " in BuildKit's history",
                ControlMethods.UPDATE_BUILD_HISTORY,
                request.build());
    }

    private static BuildHistoryRequest.Builder request(BuildHistoryQuery query) {
        return BuildHistoryRequest.newBuilder()
                .setActiveOnly(query.running())
                .addAllFilter(query.filters())
                .setLimit(query.limit());
    }

    private static BuildHistoryEvent.Kind kind(io.sandboximage.buildkit.internal.proto.BuildHistoryEvent event) {
        return switch (event.getType()) {
            case STARTED -> BuildHistoryEvent.Kind.STARTED;
            case DELETED -> BuildHistoryEvent.Kind.DELETED;
            default -> BuildHistoryEvent.Kind.COMPLETED;
        };
    }

    private static Optional<Descriptor> image(BuildResultInfo result) {
        return result.getResultsMap().entrySet().stream()
                .min(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .or(() -> result.hasResultDeprecated() ? Optional.of(result.getResultDeprecated()) : Optional.empty())
                .map(found -> Descriptor.of(found.getMediaType(), Digest.parse(found.getDigest()), found.getSize()));
    }

    private static BuildRecord record(BuildHistoryRecord record) {
        return new BuildRecord(
                record.getRef(),
                record.getFrontend(),
                record.getFrontendAttrsMap(),
                record.getExportersList().stream().map(Exporter::getType).toList(),
                Times.instant(record.getCreatedAt()),
                record.hasCompletedAt() ? Optional.of(Times.instant(record.getCompletedAt())) : Optional.empty(),
                record.hasError() ? Optional.of(record.getError().getMessage()) : Optional.empty(),
                record.getExporterResponseMap(),
                image(record.getResult()),
                record.getPinned(),
                record.getNumCachedSteps(),
                record.getNumCompletedSteps(),
                record.getNumTotalSteps(),
                record.getNumWarnings());
    }
}
