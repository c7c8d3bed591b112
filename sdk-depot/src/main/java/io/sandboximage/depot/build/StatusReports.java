package io.sandboximage.depot.build;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.buildkit.internal.proto.Vertex;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.ReportStatusStreamRequest;
import io.sandboximage.depot.internal.rpc.RpcUpload;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what builders tell about their steps, so that Depot's pages show the build. It never fails a build: what cannot be
 * sent is sent again on a new stream, and dropped where too much of it waits. Thread-safe.
 */
final class StatusReports implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(StatusReports.class);
    private static final int MAX_WAITING = 16384;
    private static final int MAX_BATCH = 512;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_LIMIT = Duration.ofSeconds(5);

    private final DepotCalls calls;
    private final CreatedBuild build;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "depot-status");
    private @Nullable RpcUpload<ReportStatusStreamRequest> stream;
    /** What the stream took last: where it breaks, nobody knows whether that arrived, so it is sent again. */
    private List<byte[]> unsure = List.of();

    private StatusReports(DepotCalls calls, CreatedBuild build) {
        this.calls = calls;
        this.build = build;
        thread.setDaemon(true);
    }

    static StatusReports start(DepotCalls calls, CreatedBuild build) {
        StatusReports reports = new StatusReports(calls, build);
        reports.thread.start();
        return reports;
    }

    /** @param status a serialised {@code moby.buildkit.v1.StatusResponse} */
    void accept(byte[] status) {
        if (!waiting.offer(status)) {
            LOGGER.debug("A status of the build {} was dropped", build.id());
        }
    }

    /** Shows work of ours as a step, which no builder does. */
    <T> T step(String name, Supplier<T> work) {
        // Any text will do, as long as no other step has it.
        byte[] id = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        Vertex begun = Vertex.newBuilder()
                .setDigest(Digest.sha256(id).toString())
                .setName("[depot] " + name)
                .setStarted(now())
                .build();
        tell(begun);
        try {
            T result = work.get();
            tell(begun.toBuilder().setCompleted(now()).build());
            return result;
        } catch (SandboxImageException e) {
            tell(begun.toBuilder()
                    .setCompleted(now())
                    .setError(String.valueOf(e.getMessage()))
                    .build());
            throw e;
        }
    }

    private void tell(Vertex vertex) {
        accept(StatusResponse.newBuilder().addVertexes(vertex).build().toByteArray());
    }

    private static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder()
                .setSeconds(now.getEpochSecond())
                .setNanos(now.getNano())
                .build();
    }

    private void run() {
        try {
            List<byte[]> batch = new ArrayList<>();
            while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                waiting.drainTo(batch, MAX_BATCH - batch.size());
                if (!batch.isEmpty() && send(batch, Optional.empty())) {
                    batch.clear();
                }
            }
            waiting.drainTo(batch);
            boolean sent = (batch.isEmpty() || send(batch, Optional.empty())) && ended();
            if (!sent && send(batch, Optional.of(LAST_LIMIT))) {
                ended();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            giveUp();
        }
    }

    private boolean send(List<byte[]> batch, Optional<Duration> limit) {
        try {
            RpcUpload<ReportStatusStreamRequest> open = stream;
            if (open == null) {
                open = calls.upload(
                        "report the steps of the build " + build.id(), BuildMethods.STATUS, build.token(), limit);
                stream = open;
                if (!unsure.isEmpty()) {
                    open.send(request(unsure));
                }
            }
            if (!batch.isEmpty()) {
                open.send(request(batch));
                unsure = List.copyOf(batch);
            }
            return true;
        } catch (SandboxImageException e) {
            LOGGER.debug("The steps of the build {} were not reported, which is tried again", build.id(), e);
            giveUp();
            return false;
        }
    }

    private ReportStatusStreamRequest request(List<byte[]> statuses) {
        ReportStatusStreamRequest.Builder request =
                ReportStatusStreamRequest.newBuilder().setBuildId(build.id());
        statuses.forEach(status -> request.addStatuses(ByteString.copyFrom(status)));
        return request.build();
    }

    /** Whether Depot has said that it got everything. */
    private boolean ended() {
        RpcUpload<ReportStatusStreamRequest> open = stream;
        if (open == null) {
            return true;
        }
        try {
            open.finish();
            return true;
        } catch (SandboxImageException e) {
            LOGGER.debug("The last steps of the build {} may not have been reported", build.id(), e);
            giveUp();
            return false;
        }
    }

    private void giveUp() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    /** Sends what waits, within a few seconds. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(LAST_LIMIT.plus(PAUSE).toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            thread.interrupt();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
